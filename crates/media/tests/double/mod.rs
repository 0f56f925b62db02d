//! A server of S3's protocol over a folder.

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use switchboard_media::S3;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The key that may use it.
pub(crate) const KEY: &str = "switchboard";
const SECRET: &str = "a secret of the test";
const BUCKET: &str = "media";

/// A bucket with nothing in it, and the folder that it is in.
pub(crate) async fn bucket() -> (S3, TempDir) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let root = TempDir::new().unwrap();
    std::fs::create_dir(root.path().join(BUCKET)).unwrap();
    let mut service = S3ServiceBuilder::new(FileSystem::new(root.path()).unwrap());
    service.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let http = auto::Builder::new(TokioExecutor::new());
                let _ = http.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    let s3 = S3 {
        bucket: BUCKET.into(),
        prefix: "switchboard/files".into(),
        endpoint: Some(format!("http://{address}")),
        region: Some("us-east-1".into()),
        credentials: Some((KEY.into(), SECRET.to_owned().into())),
    };
    (s3, root)
}
