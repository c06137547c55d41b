package report

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// Write writes the report into a folder: results.md, results.jsonl and a chart
// for each work.
func (r *Report) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	charts := map[string]string{}
	for _, work := range r.Works() {
		file := work + ".svg"
		drawn, err := r.chart(work, filepath.Join(dir, file))
		if err != nil {
			return err
		}
		if drawn {
			charts[work] = file
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "results.md"), []byte(r.Markdown(charts)), 0o644); err != nil {
		return err
	}
	lines, err := os.Create(filepath.Join(dir, "results.jsonl"))
	if err != nil {
		return err
	}
	defer lines.Close()
	return r.JSONLines(lines)
}

// JSONLines writes one object a line: the machine, and all that was measured.
func (r *Report) JSONLines(out io.Writer) error {
	enc := json.NewEncoder(out)
	err := enc.Encode(struct {
		Kind string `json:"kind"`
		Machine
	}{"machine", r.Machine})
	for i := 0; i < len(r.Loads) && err == nil; i++ {
		err = enc.Encode(struct {
			Kind string `json:"kind"`
			Load
		}{"load", r.Loads[i]})
	}
	for i := 0; i < len(r.InProcess) && err == nil; i++ {
		err = enc.Encode(struct {
			Kind string `json:"kind"`
			InProcess
		}{"in-process", r.InProcess[i]})
	}
	for i := 0; i < len(r.Scales) && err == nil; i++ {
		err = enc.Encode(struct {
			Kind string `json:"kind"`
			Scale
		}{"growth", r.Scales[i]})
	}
	for i := 0; i < len(r.Skips) && err == nil; i++ {
		err = enc.Encode(struct {
			Kind string `json:"kind"`
			Skip
		}{"skip", r.Skips[i]})
	}
	return err
}
