package main

import (
	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func detectResult(from *ocelli.DetectResult) *ocelliv1.DetectResult {
	made := &ocelliv1.DetectResult{
		Width: uint32(from.Width), Height: uint32(from.Height),
		Model: from.Model, ModelVersion: from.ModelVersion, Warnings: warnings(from.Warnings),
	}
	for _, found := range from.Detections {
		made.Detections = append(made.Detections, detection(found))
	}
	return made
}

func detection(from ocelli.Detection) *ocelliv1.Detection {
	made := &ocelliv1.Detection{
		Box:   box(from.Box),
		Score: from.Score, Label: from.Label, ClassId: uint32(from.ClassID),
		Mask: mask(from.Mask),
	}
	for _, point := range from.Keypoints {
		made.Keypoints = append(made.Keypoints, &ocelliv1.Keypoint{
			Name: point.Name, X: point.X, Y: point.Y, Score: point.Score,
		})
	}
	if box := from.OrientedBox; box != nil {
		made.OrientedBox = &ocelliv1.OrientedBox{
			CenterX: box.CenterX, CenterY: box.CenterY, Width: box.Width, Height: box.Height, Angle: box.Angle,
		}
	}
	if from.TrackID != 0 {
		made.Track = &ocelliv1.Track{TrackId: from.TrackID}
	}
	return made
}

func mask(from *ocelli.Mask) *ocelliv1.Mask {
	if from == nil {
		return nil
	}
	if runs := from.Runs; runs != nil {
		return &ocelliv1.Mask{Shape: &ocelliv1.Mask_Runs{Runs: &ocelliv1.MaskRuns{
			XMin: uint32(runs.XMin), YMin: uint32(runs.YMin),
			Width: uint32(runs.Width), Height: uint32(runs.Height), Lengths: runs.Lengths,
		}}}
	}
	outlines := &ocelliv1.MaskPolygons{}
	for _, coordinates := range from.Polygons {
		outlines.Polygons = append(outlines.Polygons, &ocelliv1.MaskPolygon{Coordinates: coordinates})
	}
	return &ocelliv1.Mask{Shape: &ocelliv1.Mask_Polygons{Polygons: outlines}}
}

func box(from ocelli.Box) *ocelliv1.Box {
	return &ocelliv1.Box{XMin: from.XMin, YMin: from.YMin, XMax: from.XMax, YMax: from.YMax}
}
