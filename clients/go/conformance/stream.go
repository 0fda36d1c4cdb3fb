package main

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// stream opens the SDK's stream, sends, and collects what comes.
func (c *call) stream(ctx context.Context) (*seen, error) {
	found := &seen{}
	switch c.RPC {
	case "DetectService/DetectStream":
		config := &ocelliv1.DetectStreamConfig{}
		if err := parse(c.Config, c.files, config); err != nil {
			return nil, err
		}
		frames := items(c, found, c.frame)
		return collect(c, found, c.client.DetectStream(ctx, detectConfig(config), frames, found.onWindow()), detectAnswer)
	case "ClassifyService/ClassifyStream":
		config := &ocelliv1.ClassifyStreamConfig{}
		if err := parse(c.Config, c.files, config); err != nil {
			return nil, err
		}
		frames := items(c, found, c.frame)
		return collect(c, found, c.client.ClassifyStream(ctx, classifyConfig(config), frames, found.onWindow()), classifyAnswer)
	case "EmbedService/EmbedStream":
		config := &ocelliv1.EmbedStreamConfig{}
		if err := parse(c.Config, c.files, config); err != nil {
			return nil, err
		}
		frames := items(c, found, c.frame)
		return collect(c, found, c.client.EmbedStream(ctx, embedConfig(config), frames, found.onWindow()), embedAnswer)
	case "PointService/IndexStream":
		config := &ocelliv1.IndexStreamConfig{}
		if err := parse(c.Config, c.files, config); err != nil {
			return nil, err
		}
		indexed := items(c, found, c.item)
		answers := c.client.IndexStream(ctx, config.GetCollection(), indexed, found.onWindow())
		return collect(c, found, answers, indexAnswer)
	default:
		return nil, fmt.Errorf("unknown stream %q", c.RPC)
	}
}

// items are what is sent, each made of its description and its position when it is drawn.
func items[Item any](
	c *call, found *seen, make func(described any, position int) (Item, string, error),
) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for position := range max(1, c.Repeat) * len(c.Frames) {
			if position > 0 {
				time.Sleep(time.Duration(c.PauseMS) * time.Millisecond)
			}
			item, id, err := make(c.Frames[position%len(c.Frames)], position)
			found.send(id)
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

func (c *call) frame(described any, position int) (ocelli.Frame, string, error) {
	message := &ocelliv1.EmbedFrame{} // has whatever frames to detect in or to classify have
	err := parse(described, c.files, message)
	frame := ocelli.Frame{
		ID:            message.GetFrameId(),
		CaptureTimeUS: message.GetCaptureTimeUs(),
		Image:         image(message.GetImage()),
		Text:          message.GetText(),
	}
	if c.Repeat > 0 {
		frame.ID = uint64(position)
	}
	return frame, strconv.FormatUint(frame.ID, 10), err
}

func (c *call) item(described any, _ int) (ocelli.IndexItem, string, error) {
	message := &ocelliv1.IndexItem{}
	err := parse(described, c.files, message)
	item := ocelli.IndexItem{ID: message.GetId(), Image: image(message.GetImage()), Text: message.GetText()}
	if message.GetPayload() != nil {
		item.Payload = message.GetPayload().AsMap()
	}
	return item, item.ID, err
}

// collect receives the answers, all or as many as the case wants.
func collect[Answer any](
	c *call, found *seen, answers iter.Seq2[Answer, error], describe func(Answer) answer,
) (*seen, error) {
	for one, err := range answers {
		if err != nil {
			return found, err
		}
		found.answers = append(found.answers, describe(one))
		if len(found.answers) == c.CancelAfter {
			break
		}
	}
	return found, nil
}
