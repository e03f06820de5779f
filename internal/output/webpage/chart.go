package webpage

import (
	"fmt"
	"html/template"
	"strings"
)

// Size of the chart in units of its view box.
const (
	chartWidth  = 720
	chartHeight = 220
	chartLeft   = 48
	chartBottom = 28
	chartTop    = 12
)

// chartOf draws the number of findings over the commits that changed it.
func chartOf(points []Point) template.HTML {
	if len(points) < 2 {
		return ""
	}
	most := 1
	for _, p := range points {
		most = max(most, p.Total)
	}
	x := func(i int) float64 {
		return chartLeft + float64(i)*(chartWidth-chartLeft-8)/float64(len(points)-1)
	}
	y := func(n int) float64 {
		return chartTop + (1-float64(n)/float64(most))*(chartHeight-chartTop-chartBottom)
	}
	var b strings.Builder
	first, last := points[0], points[len(points)-1]
	fmt.Fprintf(&b,
		`<svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="findings fell from %d on %s to %d on %s">`,
		chartWidth, chartHeight, first.Total, first.Date, last.Total, last.Date)
	for _, n := range []int{0, most / 2, most} {
		fmt.Fprintf(
			&b,
			`<line class="rule" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text class="tick" x="%d" y="%.1f" text-anchor="end">%s</text>`,
			chartLeft,
			chartWidth-8,
			y(n),
			y(n),
			chartLeft-6,
			y(n)+4,
			thousands(n),
		)
	}
	b.WriteString(`<polyline class="line" points="`)
	for i, p := range points {
		fmt.Fprintf(&b, "%.1f,%.1f ", x(i), y(p.Total))
	}
	b.WriteString(`"/>`)
	for i, p := range points {
		fmt.Fprintf(&b, `<circle class="dot" cx="%.1f" cy="%.1f" r="3"><title>%s: %s (%s)</title></circle>`, x(i), y(p.Total),
			p.Date, thousands(p.Total), p.Commit)
	}
	fmt.Fprintf(&b,
		`<text class="tick" x="%d" y="%d">%s</text><text class="tick" x="%d" y="%d" text-anchor="end">%s</text></svg>`,
		chartLeft, chartHeight-6, first.Date, chartWidth-8, chartHeight-6, last.Date)
	return template.HTML(b.String())
}
