package report

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"aiohub/internal/output/finding"
)

// The types below are the part of SARIF 2.1.0 that a linter needs.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool                `json:"tool"`
	BaseIDs    map[string]sarifArtifact `json:"originalUriBaseIds"`
	ColumnKind string                   `json:"columnKind"`
	Results    []sarifResult            `json:"results"`
}

type sarifArtifact struct {
	Description sarifText `json:"description"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Short    sarifText    `json:"shortDescription"`
	Full     sarifText    `json:"fullDescription"`
	Help     sarifMessage `json:"help"`
	Defaults sarifLevel   `json:"defaultConfiguration"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifMessage struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifURI    `json:"artifactLocation"`
	Region   sarifRegion `json:"region"`
}

type sarifURI struct {
	URI    string `json:"uri"`
	BaseID string `json:"uriBaseId"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
	ByteOffset  int `json:"byteOffset"`
	ByteLength  int `json:"byteLength"`
}

// sarif writes a log for code scanning systems.
func sarif(w io.Writer, r *Report) error {
	run := sarifRun{
		Tool: sarifTool{
			Driver: sarifDriver{Name: "aiohub", Version: r.Version, Rules: make([]sarifRule, 0, len(r.Rules))}},
		BaseIDs:    map[string]sarifArtifact{"SRCROOT": {Description: sarifText{"the root of the scanned tree"}}},
		ColumnKind: "unicodeCodePoints",
		Results:    make([]sarifResult, 0, len(r.Findings)),
	}
	for _, rule := range r.Rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: rule.Code, Name: rule.Name, Short: sarifText{rule.Title}, Full: sarifText{rule.What},
			Help: sarifMessage{Text: rule.Help, Markdown: rule.Markdown}, Defaults: sarifLevel{string(rule.Severity)},
		})
	}
	prints := fingerprints(r.Findings)
	for i := range r.Findings {
		f := &r.Findings[i]
		message := f.Message
		if f.Help != "" {
			message += "; " + f.Help
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: f.Code, RuleIndex: ruleIndex(r.Rules, f.Code), Level: string(f.Severity), Message: sarifText{message},
			Locations: []sarifLocation{{sarifPhysical{
				Artifact: sarifURI{URI: fileURI(f.File), BaseID: "SRCROOT"},
				Region: sarifRegion{
					StartLine: f.Line, StartColumn: f.Column, EndLine: f.EndLine, EndColumn: f.EndColumn,
					ByteOffset: f.Start, ByteLength: f.End - f.Start,
				},
			}}},
			Fingerprints: map[string]string{"aiohub/v1": prints[i]},
		})
	}
	return indented(w, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// ruleIndex finds a code among the sorted rules; -1, which SARIF reads as absent, for one that is not there.
func ruleIndex(rules []finding.Descriptor, code string) int {
	index, found := slices.BinarySearchFunc(rules, code,
		func(d finding.Descriptor, code string) int { return strings.Compare(d.Code, code) })
	if !found {
		return -1
	}
	return index
}

// fileURI is a relative path as a URI reference.
func fileURI(path string) string {
	u := url.URL{Path: path}
	return strings.TrimPrefix(u.EscapedPath(), "./")
}
