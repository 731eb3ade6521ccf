// Opens graph files in the real Gephi toolkit as Gephi Desktop would, and prints what became of each as JSON.
//
// java -cp gephi-toolkit-all.jar Open.java [--pictures FOLDER] FILE...

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.gephi.filters.api.FilterController;
import org.gephi.filters.api.Range;
import org.gephi.filters.plugin.dynamic.DynamicRangeBuilder;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Element;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.GraphView;
import org.gephi.graph.api.Interval;
import org.gephi.graph.api.Node;
import org.gephi.graph.api.TimeRepresentation;
import org.gephi.io.exporter.api.ExportController;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.importer.api.Issue;
import org.gephi.io.importer.api.Report;
import org.gephi.io.importer.plugin.file.spreadsheet.ImporterSpreadsheetCSV;
import org.gephi.io.importer.spi.FileImporter;
import org.gephi.io.processor.plugin.AppendProcessor;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.preview.api.PreviewController;
import org.gephi.preview.api.PreviewModel;
import org.gephi.preview.api.PreviewProperty;
import org.gephi.preview.types.EdgeColor;
import org.gephi.project.api.ProjectController;
import org.gephi.project.api.Workspace;
import org.openide.util.Lookup;

public class Open {
    private static final StringBuilder OUT = new StringBuilder();
    private static final int STEPS = 10;

    public static void main(String[] args) throws Exception {
        File pictures = null;
        List<File> files = new ArrayList<>();
        for (int at = 0; at < args.length; at++) {
            if (args[at].equals("--pictures")) {
                pictures = new File(args[++at]);
            } else {
                files.add(new File(args[at]));
            }
        }
        OUT.append('[');
        for (File file : files) {
            if (OUT.length() > 1) {
                OUT.append(",\n");
            }
            open(file, pictures);
        }
        System.out.println(OUT.append(']'));
        System.exit(0);
    }

    private static void open(File file, File pictures) throws IOException {
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        projects.newProject();
        Workspace workspace = projects.getCurrentWorkspace();
        ImportController importing = Lookup.getDefault().lookup(ImportController.class);
        OUT.append("{\"file\":").append(quoted(file.getName()));
        Container container;
        try {
            container = file.getName().endsWith(".csv") ? table(importing, file, TimeRepresentation.INTERVAL) : importing.importFile(file);
            container.closeLoader();
        } catch (RuntimeException error) {
            OUT.append(",\"aborted\":").append(quoted(error.toString())).append('}');
            projects.closeCurrentProject();
            return;
        }
        Report report = container.getReport();
        importing.process(container, new DefaultProcessor(), workspace);
        issues(report);
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel(workspace);
        counts(model);
        columns("node_columns", model.getNodeTable().toArray());
        columns("edge_columns", model.getEdgeTable().toArray());
        elements("nodes", model.getGraph().getNodes().toCollection().iterator());
        elements("edges", model.getGraph().getEdges().toCollection().iterator());
        timeline(model);
        if (pictures != null) {
            picture(workspace, new File(pictures, file.getName() + ".svg"));
        }
        if (file.getName().endsWith("-edges.csv")) {
            both(file);
        }
        OUT.append('}');
        projects.closeCurrentProject();
    }

    // What the wizard proposes for a table of edges, and both tables in one workspace, as its last page offers.
    private static void both(File edges) throws IOException {
        ImportController importing = Lookup.getDefault().lookup(ImportController.class);
        ImporterSpreadsheetCSV proposed = (ImporterSpreadsheetCSV) importing.getFileImporter(edges);
        proposed.setFile(edges);
        OUT.append(",\"proposed\":[").append(quoted(String.valueOf(proposed.getFieldDelimiter())));
        OUT.append(',').append(quoted(String.valueOf(proposed.getMode())));
        OUT.append(',').append(quoted(String.valueOf(proposed.getCharset())));
        OUT.append(',').append(quoted(String.valueOf(proposed.getTimeRepresentation()))).append(']');
        for (TimeRepresentation time : TimeRepresentation.values()) {
            OUT.append(",").append(quoted("together_by_" + time)).append(":[");
            together(importing, edges, time);
            OUT.append(']');
        }
    }

    private static void together(ImportController importing, File edges, TimeRepresentation time) throws IOException {
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        Workspace workspace = projects.newWorkspace(projects.getCurrentProject());
        projects.openWorkspace(workspace);
        Container first = table(importing, new File(edges.getPath().replace("-edges.csv", "-nodes.csv")), time);
        first.closeLoader();
        importing.process(first, new DefaultProcessor(), workspace);
        Container second = table(importing, edges, time);
        second.closeLoader();
        importing.process(second, new AppendProcessor(), workspace);
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel(workspace);
        int dated = 0;
        for (Edge edge : model.getGraph().getEdges()) {
            dated += edge.getAttribute("timeset") == null ? 0 : 1;
        }
        OUT.append(model.getGraph().getNodeCount()).append(',').append(model.getGraph().getEdgeCount());
        OUT.append(',').append(dated);
    }

    // A spreadsheet as the wizard opens it where that is chosen on its last page.
    private static Container table(ImportController importing, File file, TimeRepresentation time) throws IOException {
        FileImporter importer = importing.getFileImporter(file);
        ImporterSpreadsheetCSV spreadsheet = (ImporterSpreadsheetCSV) importer;
        spreadsheet.setFile(file);
        spreadsheet.setTimeRepresentation(time);
        return importing.importFile(file, importer);
    }

    private static void issues(Report report) {
        OUT.append(",\"issues\":[");
        boolean first = true;
        for (Iterator<Issue> all = report.getIssues(Integer.MAX_VALUE); all.hasNext(); ) {
            Issue issue = all.next();
            if (!first) {
                OUT.append(',');
            }
            first = false;
            OUT.append(quoted(issue.getLevel() + ": " + issue.getMessage()));
        }
        OUT.append("],\"report\":").append(quoted(report.getText()));
    }

    private static void counts(GraphModel model) {
        Graph graph = model.getGraph();
        OUT.append(",\"node_count\":").append(graph.getNodeCount());
        OUT.append(",\"edge_count\":").append(graph.getEdgeCount());
        OUT.append(",\"directed\":").append(model.isDirected());
        OUT.append(",\"mixed\":").append(model.isMixed());
        OUT.append(",\"edge_types\":").append(model.getEdgeTypeCount());
        OUT.append(",\"dynamic\":").append(model.isDynamic());
        OUT.append(",\"time_format\":").append(quoted(String.valueOf(model.getTimeFormat())));
        OUT.append(",\"time_zone\":").append(quoted(String.valueOf(model.getTimeZone())));
    }

    private static void columns(String name, Column[] columns) {
        OUT.append(",\"").append(name).append("\":{");
        boolean first = true;
        for (Column column : columns) {
            if (!first) {
                OUT.append(',');
            }
            first = false;
            OUT.append(quoted(column.getId())).append(":[").append(quoted(column.getTitle())).append(',');
            OUT.append(quoted(column.getTypeClass().getSimpleName())).append(']');
        }
        OUT.append('}');
    }

    private static void elements(String name, Iterator<? extends Element> all) {
        OUT.append(",\"").append(name).append("\":{");
        boolean first = true;
        while (all.hasNext()) {
            Element element = all.next();
            if (!first) {
                OUT.append(',');
            }
            first = false;
            OUT.append(quoted(String.valueOf(element.getId()))).append(":{");
            OUT.append("\"label\":").append(quoted(element.getLabel()));
            if (element instanceof Node) {
                Node node = (Node) element;
                OUT.append(",\"x\":").append(node.x()).append(",\"y\":").append(node.y());
                OUT.append(",\"size\":").append(node.size());
                OUT.append(",\"colour\":[").append(node.getColor().getRed()).append(',');
                OUT.append(node.getColor().getGreen()).append(',').append(node.getColor().getBlue()).append(']');
            } else {
                Edge edge = (Edge) element;
                OUT.append(",\"weight\":").append(quoted(String.valueOf(edge.getAttribute("weight"))));
                OUT.append(",\"directed\":").append(edge.isDirected());
                OUT.append(",\"kind\":").append(quoted(String.valueOf(edge.getTypeLabel())));
            }
            OUT.append(",\"values\":{");
            boolean begun = false;
            for (Column column : element.getTable().toArray()) {
                Object value = element.getAttribute(column);
                if (value == null) {
                    continue;
                }
                if (begun) {
                    OUT.append(',');
                }
                begun = true;
                String text = value.getClass().isArray() ? array(value) : quoted(String.valueOf(value));
                OUT.append(quoted(column.getId())).append(':').append(text);
            }
            OUT.append("}}");
        }
        OUT.append('}');
    }

    private static String array(Object value) {
        StringBuilder text = new StringBuilder("[");
        for (int at = 0; at < java.lang.reflect.Array.getLength(value); at++) {
            text.append(at > 0 ? "," : "").append(quoted(String.valueOf(java.lang.reflect.Array.get(value, at))));
        }
        return text.append(']').toString();
    }

    // Moves a window through the time of the graph with the filter of the timeline, and says what is in it.
    private static void timeline(GraphModel model) {
        Interval bounds = model.getTimeBounds();
        OUT.append(",\"bounds\":[").append(number(bounds.getLow())).append(',').append(number(bounds.getHigh()));
        OUT.append("],\"timeline\":[");
        if (!Double.isInfinite(bounds.getLow()) && !Double.isInfinite(bounds.getHigh())) {
            double step = Math.max((bounds.getHigh() - bounds.getLow()) / STEPS, 1);
            for (int at = 0; at < STEPS; at++) {
                double from = bounds.getLow() + at * step;
                OUT.append(at > 0 ? "," : "");
                window(model, from, from + step);
            }
        }
        OUT.append(']');
    }

    private static void window(GraphModel model, double from, double to) {
        FilterController filters = Lookup.getDefault().lookup(FilterController.class);
        DynamicRangeBuilder.DynamicRangeFilter filter = new DynamicRangeBuilder.DynamicRangeFilter(model);
        filter.setKeepNull(true);
        filter.setRange(new Range(from, to));
        GraphView view = filters.filter(filters.createQuery(filter));
        model.setTimeInterval(view, new Interval(from, to));
        Graph visible = model.getGraph(view);
        double weight = 0;
        for (Edge edge : visible.getEdges().toArray()) {
            weight += edge.getWeight(view);
        }
        OUT.append("{\"from\":").append(number(from));
        OUT.append(",\"nodes\":").append(visible.getNodeCount());
        OUT.append(",\"edges\":").append(visible.getEdgeCount());
        OUT.append(",\"weight\":").append(number(weight)).append('}');
        model.destroyView(view);
    }

    private static void picture(Workspace workspace, File file) throws IOException {
        PreviewModel preview = Lookup.getDefault().lookup(PreviewController.class).getModel(workspace);
        preview.getProperties().putValue(PreviewProperty.SHOW_NODE_LABELS, Boolean.TRUE);
        preview.getProperties().putValue(PreviewProperty.NODE_LABEL_PROPORTIONAL_SIZE, Boolean.FALSE);
        preview.getProperties().putValue(PreviewProperty.EDGE_CURVED, Boolean.TRUE);
        preview.getProperties().putValue(PreviewProperty.EDGE_COLOR, new EdgeColor(EdgeColor.Mode.ORIGINAL));
        try {
            Lookup.getDefault().lookup(ExportController.class).exportFile(file, workspace);
        } catch (RuntimeException error) {
            OUT.append(",\"picture\":").append(quoted(error.toString()));
        }
    }

    private static String number(double value) {
        return Double.isInfinite(value) || Double.isNaN(value) ? "null" : String.valueOf(value);
    }

    private static String quoted(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder found = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                found.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                found.append(String.format("\\u%04x", (int) c));
            } else {
                found.append(c);
            }
        }
        return found.append('"').toString();
    }
}
