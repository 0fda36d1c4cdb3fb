//! Indexes a folder of images, then searches it with the first of them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use futures_util::{StreamExt, stream};
use ocelli_client::{Client, Error, IndexEntry, image, payload, query, search_request, v1};
use ocelli_examples::images;

const COLLECTION: &str = "rust-example";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, folder] = arguments.as_slice() else {
        eprintln!("usage: index ADDRESS FOLDER");
        return ExitCode::from(2);
    };
    match run(address, Path::new(folder)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(address: &str, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::connect(address).await?;
    let paths = images(folder)?;
    let example = paths[0].clone();
    create(&client).await?;

    let mut answers = client.index_stream(COLLECTION, stream::iter(paths).then(entry)).await?;
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        match answer.outcome {
            Ok(_) => println!("indexed {}", answer.id),
            Err(error) => println!("passed over {}: {error}", answer.id),
        }
    }

    println!("\nnearest to {}:", name(&example));
    let query = query::image(image::from_file(&example).await?);
    let mut request = search_request(COLLECTION, query);
    request.limit = 5;
    for hit in client.search(request).await?.hits {
        println!("  {:.3}  {}", hit.score, hit.id);
    }
    Ok(client.delete_collection(COLLECTION).await?)
}

/// Creates the collection anew: one of an earlier run may be left.
async fn create(client: &Client) -> Result<(), Error> {
    match client.delete_collection(COLLECTION).await {
        Err(error) if error.reason() != Some(v1::ErrorReason::CollectionNotFound) => {
            return Err(error);
        }
        _ => {}
    }
    // No model: the server's default embedder.
    let collection = v1::Collection { name: COLLECTION.into(), ..Default::default() };
    client.create_collection(collection).await.map(drop)
}

async fn entry(path: PathBuf) -> IndexEntry {
    let kind = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let payload = payload([("kind", kind.into())]);
    IndexEntry::from_file(name(&path), &path).await.payload(payload)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
