//! Calls that find objects, say what images show, read their text, and embed.

use std::path::Path;

use futures_util::{Stream, StreamExt};

use super::{Client, answer};
use crate::error::Error;
use crate::frame::{ClassifyFrames, DetectFrames, EmbedFrames, Frame, FrameAnswer};
use crate::input::Input;
use crate::stream::Answers;
use crate::{image, v1};

impl Client {
    /// Finds the objects in one image, with the server's defaults.
    pub async fn detect(&self, image: v1::Image) -> Result<v1::DetectResponse, Error> {
        self.detect_with(v1::DetectRequest { image: Some(image), ..Default::default() }).await
    }

    /// Finds the objects in a file, with the server's defaults.
    pub async fn detect_file(&self, path: impl AsRef<Path>) -> Result<v1::DetectResponse, Error> {
        self.detect(image::from_file(path).await?).await
    }

    /// Finds the objects in one image, with a model, its version and options.
    pub async fn detect_with(
        &self,
        request: v1::DetectRequest,
    ) -> Result<v1::DetectResponse, Error> {
        answer(self.detect_stub().detect(request).await)
    }

    /// Finds the objects in frames as they come. Their answers come in order.
    pub async fn detect_stream(
        &self,
        config: v1::DetectStreamConfig,
        frames: impl Stream<Item = Frame> + Send + 'static,
    ) -> Result<Answers<FrameAnswer<v1::DetectResult>>, Error> {
        let first = v1::detect_stream_request::Message::Config(config);
        let first = v1::DetectStreamRequest { message: Some(first) };
        self.open_stream::<DetectFrames, _>(first, frames, |client, messages| {
            Box::pin(async move { client.detect_stub().detect_stream(messages).await })
        })
        .await
    }

    /// Says what one image shows, with the server's defaults.
    pub async fn classify(&self, image: v1::Image) -> Result<v1::ClassifyResponse, Error> {
        self.classify_with(v1::ClassifyRequest { image: Some(image), ..Default::default() }).await
    }

    /// Says what a file shows, with the server's defaults.
    pub async fn classify_file(
        &self,
        path: impl AsRef<Path>,
    ) -> Result<v1::ClassifyResponse, Error> {
        self.classify(image::from_file(path).await?).await
    }

    /// Says what one image shows, with a model, its version and options.
    pub async fn classify_with(
        &self,
        request: v1::ClassifyRequest,
    ) -> Result<v1::ClassifyResponse, Error> {
        answer(self.classify_stub().classify(request).await)
    }

    /// Says what frames show as they come. Their answers come in order.
    pub async fn classify_stream(
        &self,
        config: v1::ClassifyStreamConfig,
        frames: impl Stream<Item = Frame> + Send + 'static,
    ) -> Result<Answers<FrameAnswer<v1::ClassifyResult>>, Error> {
        let first = v1::classify_stream_request::Message::Config(config);
        let first = v1::ClassifyStreamRequest { message: Some(first) };
        self.open_stream::<ClassifyFrames, _>(first, frames, |client, messages| {
            Box::pin(async move { client.classify_stub().classify_stream(messages).await })
        })
        .await
    }

    /// Reads the lines of text in one image, with the server's defaults.
    pub async fn read(&self, image: v1::Image) -> Result<v1::ReadResponse, Error> {
        self.read_with(v1::ReadRequest { image: Some(image), ..Default::default() }).await
    }

    /// Reads the lines of text in a file, with the server's defaults.
    pub async fn read_file(&self, path: impl AsRef<Path>) -> Result<v1::ReadResponse, Error> {
        self.read(image::from_file(path).await?).await
    }

    /// Reads the lines of text in one image, with a model, its version and options.
    pub async fn read_with(&self, request: v1::ReadRequest) -> Result<v1::ReadResponse, Error> {
        answer(self.read_stub().read(request).await)
    }

    /// Turns one image or text into a vector, with the server's defaults.
    pub async fn embed(&self, input: impl Into<Input>) -> Result<v1::EmbedResponse, Error> {
        let input = Some(input.into().into());
        self.embed_with(v1::EmbedRequest { input, ..Default::default() }).await
    }

    /// Turns a file into a vector, with the server's defaults.
    pub async fn embed_file(&self, path: impl AsRef<Path>) -> Result<v1::EmbedResponse, Error> {
        self.embed(image::from_file(path).await?).await
    }

    /// Turns one image or text into a vector, with a model, its version and options.
    pub async fn embed_with(&self, request: v1::EmbedRequest) -> Result<v1::EmbedResponse, Error> {
        answer(self.embed_stub().embed(request).await)
    }

    /// Turns frames into vectors as they come. Their answers come in order.
    pub async fn embed_stream<T: Into<Input> + Send + 'static>(
        &self,
        config: v1::EmbedStreamConfig,
        frames: impl Stream<Item = Frame<T>> + Send + 'static,
    ) -> Result<Answers<FrameAnswer<v1::EmbedResult>>, Error> {
        let frames = frames.map(|frame| frame.map(Into::into));
        let first = v1::embed_stream_request::Message::Config(config);
        let first = v1::EmbedStreamRequest { message: Some(first) };
        self.open_stream::<EmbedFrames, _>(first, frames, |client, messages| {
            Box::pin(async move { client.embed_stub().embed_stream(messages).await })
        })
        .await
    }
}
