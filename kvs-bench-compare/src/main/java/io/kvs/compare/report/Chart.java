package io.kvs.compare.report;

import io.kvs.compare.store.Contender;
import java.util.List;

/// A picture of a topic in SVG: a panel of bars for each row.
///
/// The background is left to the page, and colours follow its scheme, light or dark.
///
/// @param title what it shows
/// @param panels those of which there are figures
record Chart(String title, List<Panel> panels) {
    private static final int PANELS_A_LINE = 2;
    private static final int PANEL_WIDTH = 430;
    private static final int PANEL_GAP = 14;
    private static final int TITLE_HEIGHT = 22;
    private static final int BAR_STEP = 16;
    private static final int BAR_HEIGHT = 11;
    private static final int BAR_WIDTH_MAX = 225;
    private static final int BAR_LEFT = 104;
    private static final int SPACE = 5;
    private static final int FOOT = 2;

    private static final String STYLE =
            """

            text { font: 11px system-ui, sans-serif; fill: #59636e }
            .title { font-weight: 600 }
            .name { text-anchor: end }
            text.kvs { font-weight: 600 }
            .kvs { fill: #0969da }
            rect.rival { fill: #afb8c1 }
            rect.limit { fill: none; stroke: #818b98; stroke-dasharray: 3 2 }
            @media (prefers-color-scheme: dark) {
              text { fill: #9198a1 }
              .kvs { fill: #4493f8 }
              rect.rival { fill: #4d5762 }
            }
            """;

    /// @param title what stands above
    /// @param bars at least one
    record Panel(String title, List<Bar> bars) {
        private int height() {
            return TITLE_HEIGHT + bars.size() * BAR_STEP + PANEL_GAP;
        }

        /// Returns the length of a bar, from 0 on, whatever its value.
        private double width(Bar bar) {
            double largest = bars.stream().mapToDouble(Bar::value).max().orElseThrow();
            return bar.value() > 0 ? BAR_WIDTH_MAX * bar.value() / largest : 0;
        }
    }

    /// Returns the picture of a topic; without panels if there is nothing to show.
    static Chart of(Topic topic, Results results) {
        return new Chart(
                topic.title(),
                topic.rows().stream()
                        .map(row ->
                                new Panel(row.title(), Bar.of(results, row.name(), row.quantity())))
                        .filter(panel -> !panel.bars().isEmpty())
                        .toList());
    }

    /// Returns the SVG.
    String svg() {
        int panelHeight = panels.stream().mapToInt(Panel::height).max().orElse(0);
        int lines = Math.ceilDiv(panels.size(), PANELS_A_LINE);
        Svg svg = new Svg(PANELS_A_LINE * PANEL_WIDTH, lines * panelHeight, title, STYLE);
        for (int i = 0; i < panels.size(); i++) {
            int x = i % PANELS_A_LINE * PANEL_WIDTH;
            draw(panels.get(i), svg, x, i / PANELS_A_LINE * panelHeight);
        }
        return svg.end();
    }

    private static void draw(Panel panel, Svg svg, int x, int top) {
        int left = x + BAR_LEFT;
        int y = top + TITLE_HEIGHT;
        svg.words("title", left, y - BAR_HEIGHT + SPACE, panel.title());
        for (Bar bar : panel.bars()) {
            String styleClass = styleClass(bar.contender());
            double width = panel.width(bar);
            int foot = y + BAR_HEIGHT - FOOT;
            svg.words("name " + styleClass, left - SPACE, foot, bar.contender().title());
            svg.rectangle(styleClass, left, y, width, BAR_HEIGHT);
            svg.words(styleClass, left + (int) width + SPACE, foot, bar.label());
            y += BAR_STEP;
        }
    }

    private static String styleClass(Contender contender) {
        if (contender.isRival()) {
            return "rival";
        }
        return contender == Contender.KVS ? "kvs" : "limit";
    }
}
