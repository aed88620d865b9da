package io.arroy.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves over a common axis, as PNG and SVG. */
public final class LineChart {

  private final XYChart chart;

  /** A chart without curves; axes that span powers of ten are better logarithmic. */
  public LineChart(
      String title, String xTitle, String yTitle, boolean logarithmicX, boolean logarithmicY) {
    chart =
        new XYChartBuilder()
            .width(1000)
            .height(640)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .theme(Styler.ChartTheme.XChart)
            .build();
    chart.getStyler().setYAxisLogarithmic(logarithmicY);
    chart.getStyler().setXAxisLogarithmic(logarithmicX);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setMarkerSize(7);
  }

  /** Adds a curve; does nothing if it has no points. */
  public void curve(String name, List<Double> x, List<Double> y) {
    if (!x.isEmpty()) {
      chart.addSeries(name, x, y).setMarker(SeriesMarkers.CIRCLE);
    }
  }

  /** Writes {@code name}.png and {@code name}.svg to {@code folder}. */
  public void write(Path folder, String name) throws IOException {
    if (chart.getSeriesMap().isEmpty()) {
      return;
    }
    Files.createDirectories(folder);
    String path = folder.resolve(name).toString();
    BitmapEncoder.saveBitmap(chart, path, BitmapEncoder.BitmapFormat.PNG);
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, path, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }
}
