//! Texts and images of one space.

use futures_util::{StreamExt, stream};
use ocelli_client::{Frame, IndexEntry, Input, query, search_request, v1};

use crate::client;
use crate::colors::{NAMES, plain};

fn nearest(vector: &v1::Vector) -> usize {
    let values = vector.values.iter().enumerate();
    values.max_by(|a, b| a.1.total_cmp(b.1)).expect("values").0
}

#[tokio::test]
async fn models_say_what_they_take_and_in_which_space() {
    let client = client().await;
    let images = client.get_model("toy_images").await.expect("a model for images");
    let texts = client.get_model("toy_texts").await.expect("a model for texts");
    assert_eq!(
        (images.input_kind(), texts.input_kind()),
        (v1::InputKind::Pixels, v1::InputKind::Text)
    );
    assert_eq!((images.space.as_str(), texts.space.as_str()), ("toy", "toy"));
    assert_eq!(texts.input, None);
}

#[tokio::test]
async fn whichever_model_of_a_space_is_named_texts_and_images_find_theirs() {
    let client = client().await;
    for model in ["toy_images", "toy_texts"] {
        let inputs = NAMES.iter().enumerate().flat_map(|(class, name)| {
            [Input::from(format!("a {name} wall")), Input::from(plain(class))]
        });
        let frames: Vec<_> = inputs.map(Frame::new).collect();
        let config = v1::EmbedStreamConfig { model: model.into(), ..Default::default() };
        let answers = client.embed_stream(config, stream::iter(frames)).await.expect("a window");
        let answers: Vec<_> = answers.map(|answer| answer.expect("an answer")).collect().await;
        for (at, answer) in answers.iter().enumerate() {
            let result = answer.result().expect("a result");
            assert_eq!(result.model, ["toy_texts", "toy_images"][at % 2]);
            assert_eq!(nearest(result.vector.as_ref().expect("a vector")), at / 2);
        }
    }
}

#[tokio::test]
async fn photos_are_found_by_words() {
    let (client, name) = (client().await, "rust-words");
    let model = "toy_images".into();
    let collection = v1::Collection { name: name.into(), model, ..Default::default() };
    client.create_collection(collection).await.expect("a collection");
    let entries = (0..NAMES.len()).map(|class| IndexEntry::new(NAMES[class], plain(class)));
    let entries: Vec<_> = entries.collect();
    let mut answers = client.index_stream(name, stream::iter(entries)).await.expect("a window");
    while let Some(answer) = answers.next().await {
        answer.expect("an answer").outcome.expect("stored");
    }
    for color in NAMES {
        let request = search_request(name, query::text(format!("{color} things")));
        assert_eq!(client.search(request).await.expect("hits").hits[0].id, color);
    }
    client.delete_collection(name).await.expect("deleted");
}
