package io.kvs.compare.report;

import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A picture of rectangles and words, which classes of a style sheet give their looks.
final class Svg {
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter writer;

    /// Begins a picture.
    ///
    /// @param title what it shows, for those who do not see it
    /// @param style its style sheet
    Svg(int width, int height, String title, String style) {
        try {
            writer = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            writer.writeStartElement("svg");
            writer.writeDefaultNamespace("http://www.w3.org/2000/svg");
            writer.writeAttribute("viewBox", "0 0 " + width + " " + height);
            writer.writeAttribute("width", Integer.toString(width));
            writer.writeAttribute("height", Integer.toString(height));
            writer.writeAttribute("role", "img");
            element("title", title);
            element("style", style);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Adds a rectangle with its upper left corner at `x` and `y`.
    void rectangle(String styleClass, int x, int y, double width, int height) {
        try {
            writer.writeCharacters("\n");
            writer.writeEmptyElement("rect");
            place(styleClass, x, y);
            writer.writeAttribute("width", String.format(Locale.ROOT, "%.1f", width));
            writer.writeAttribute("height", Integer.toString(height));
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Adds words with the foot of the first letter at `x` and `y`.
    void words(String styleClass, int x, int y, String words) {
        try {
            writer.writeCharacters("\n");
            writer.writeStartElement("text");
            place(styleClass, x, y);
            writer.writeCharacters(words);
            writer.writeEndElement();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Ends the picture and returns it.
    String end() {
        try {
            writer.writeCharacters("\n");
            writer.writeEndElement();
            writer.writeCharacters("\n");
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private void element(String name, String content) throws XMLStreamException {
        writer.writeCharacters("\n");
        writer.writeStartElement(name);
        writer.writeCharacters(content);
        writer.writeEndElement();
    }

    private void place(String styleClass, int x, int y) throws XMLStreamException {
        writer.writeAttribute("class", styleClass);
        writer.writeAttribute("x", Integer.toString(x));
        writer.writeAttribute("y", Integer.toString(y));
    }
}
