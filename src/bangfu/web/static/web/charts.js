// Draws a chart from the data in the page. The table beside it says the same.
(() => {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-chart]").forEach((place) => {
      const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      const style = getComputedStyle(document.documentElement);
      const accent = style.getPropertyValue("--accent").trim();
      const muted = style.getPropertyValue("--muted").trim();
      const chart = window.echarts.init(place, null, { renderer: "canvas" });
      chart.setOption({
        animation: false,
        grid: { left: 48, right: 24, top: 36, bottom: 32 },
        tooltip: { trigger: "axis", renderMode: "richText" },
        xAxis: { type: "category", data: data.days, axisLabel: { color: muted } },
        yAxis: { type: "value", name: place.dataset.title, min: 0, nameTextStyle: { color: muted, align: "left" }, axisLabel: { color: muted } },
        series: [{ type: "line", name: place.dataset.title, data: data.rates, symbolSize: 8, lineStyle: { width: 3, color: accent }, itemStyle: { color: accent }, label: { show: true, color: muted } }],
      });
      window.addEventListener("resize", () => chart.resize());
    });
  });
})();
