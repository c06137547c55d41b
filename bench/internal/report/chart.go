package report

import (
	"fmt"
	"html"
	"image/color"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/cantil-go/cantil/bench/internal/roster"
)

var (
	cantilColor   = color.RGBA{R: 0x00, G: 0x6d, B: 0x77, A: 0xff}
	baselineColor = color.RGBA{R: 0x6b, G: 0x70, B: 0x80, A: 0xff}
	peerColor     = color.RGBA{R: 0xc3, G: 0xc8, B: 0xd2, A: 0xff}
)

// bar is one peer of a chart.
type bar struct {
	title string
	value float64 // requests per second of CPU
	us    float64
	color color.Color
}

// chart draws how many requests each peer answers with one second of CPU: the
// inverse of the main figure, so that the longer bar is the better one. It
// reports false if there is nothing to draw.
func (r *Report) chart(work, file string) (bool, error) {
	bars := r.bars(work)
	if len(bars) == 0 {
		return false, nil
	}
	plot.DefaultFont.Variant = "Sans"
	p := plot.New()
	p.Title.Text = work + ": requests per second of CPU, in thousands (longer is better)"
	p.Title.TextStyle.Font.Size = vg.Points(13)
	p.Title.Padding = vg.Points(10)
	p.HideX() // the bars have their values beside them
	names := make([]string, len(bars))
	for i, b := range bars {
		row := len(bars) - 1 - i // the first on top
		names[row] = b.title
		if err := b.draw(p, row); err != nil {
			return false, err
		}
		p.X.Max = max(p.X.Max, 1.3*b.value) // with room for the value
	}
	p.X.Min = 0
	p.NominalY(names...)
	p.Y.Tick.Label.Font.Size = vg.Points(11)
	p.Y.LineStyle.Width = 0
	p.Y.Padding = vg.Points(4)
	return true, save(p, vg.Points(720), vg.Points(float64(60+28*len(bars))), file)
}

// save writes the chart with a margin around it, in whatever plain font the
// reader's system has.
func save(p *plot.Plot, width, height vg.Length, file string) error {
	const margin = 14 // points
	canvas := vgsvg.New(width, height)
	p.Draw(draw.Crop(draw.New(canvas), margin, -margin, margin, -margin))
	var svg strings.Builder
	if _, err := canvas.WriteTo(&svg); err != nil {
		return err
	}
	text := strings.ReplaceAll(fitted(svg.String()), "font-family:Liberation Sans", "font-family:Liberation Sans,Arial,Helvetica,sans-serif")
	return os.WriteFile(file, []byte(text), 0o644)
}

// drawnText is a text of a chart: what comes before its end, its size in points,
// and itself.
var drawnText = regexp.MustCompile(`(<text [^>]*font-size:([0-9.]+)px")>([^<]*)</text>`)

// fitted gives each text the length for which there is room, whatever the width of
// the reader's font: a wider one is set closer and does not run under the bars.
func fitted(svg string) string {
	return drawnText.ReplaceAllStringFunc(svg, func(element string) string {
		parts := drawnText.FindStringSubmatch(element)
		size, err := strconv.ParseFloat(parts[2], 64)
		if err != nil {
			return element
		}
		style := draw.TextStyle{Font: font.From(plot.DefaultFont, vg.Points(size)), Handler: plot.DefaultTextHandler}
		length := style.Width(html.UnescapeString(parts[3])).Points()
		return fmt.Sprintf(`%s textLength="%.2f" lengthAdjust="spacingAndGlyphs">%s</text>`, parts[1], length, parts[3])
	})
}

// draw adds the bar and its value.
func (b bar) draw(p *plot.Plot, row int) error {
	chart, err := plotter.NewBarChart(plotter.Values{b.value}, vg.Points(18))
	if err != nil {
		return err
	}
	chart.Horizontal = true
	chart.XMin = float64(row)
	chart.Color = b.color
	chart.LineStyle.Width = 0
	text, err := plotter.NewLabels(plotter.XYLabels{
		XYs:    plotter.XYs{{X: b.value, Y: float64(row)}},
		Labels: []string{fmt.Sprintf("%.1f  (%s µs each)", b.value, short(b.us))},
	})
	if err != nil {
		return err
	}
	text.Offset = vg.Point{X: vg.Points(5)}
	text.TextStyle[0].Font = font.From(plot.DefaultFont, vg.Points(10.5))
	text.TextStyle[0].YAlign = draw.YCenter
	p.Add(chart, text)
	return nil
}

// bars are the peers of a work that have the figure, in the report's order.
func (r *Report) bars(work string) []bar {
	var bars []bar
	for _, p := range roster.All {
		s := r.load(work, p.Name, cpu).Stat()
		if s.N == 0 {
			continue
		}
		b := bar{title: p.Title, value: 1e3 / s.Median, us: s.Median, color: peerColor}
		switch {
		case strings.HasPrefix(p.Name, "cantil"):
			b.color = cantilColor
		case slices.Contains([]string{"bare", "limits", "floor", "guarded", "minimal"}, p.Name):
			b.color = baselineColor
		}
		bars = append(bars, b)
	}
	return bars
}
