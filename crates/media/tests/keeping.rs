//! Files are kept the same way on disk and in S3. S3 is played by s3s-fs, a server of its protocol
//! that checks signatures and checksums.

#[cfg(test)]
mod double;

#[cfg(test)]
mod keeping {
    use std::{fs, path::Path};

    use bytes::Bytes;
    use futures_util::TryStreamExt;
    use switchboard_domain::ids::{MediaId, WorkspaceId};
    use switchboard_media::{Location, MediaError, MediaStore, Reader, Written};
    use tempfile::TempDir;

    use crate::double;

    const LIMIT: u64 = 100 * 1024 * 1024;

    fn ids() -> (WorkspaceId, MediaId) {
        (WorkspaceId::derive("shop"), MediaId::derive("photo"))
    }

    async fn all(reader: Reader) -> Vec<u8> {
        let pieces: Vec<Bytes> = reader.bytes.try_collect().await.unwrap();
        pieces.concat()
    }

    async fn keep(store: &MediaStore, pieces: &[Bytes]) -> Written {
        let (workspace, id) = ids();
        let mut writer = store.write(workspace, id, LIMIT);
        for piece in pieces {
            writer.put(piece.clone()).await.unwrap();
        }
        writer.finish().await.unwrap()
    }

    /// Both places, and what they need while they are used.
    async fn places() -> Vec<(MediaStore, TempDir)> {
        let folder = TempDir::new().unwrap();
        let disk = MediaStore::open(&Location::Folder(folder.path().join("media"))).unwrap();
        let (s3, root) = double::bucket().await;
        vec![(disk, folder), (MediaStore::open(&Location::S3(s3)).unwrap(), root)]
    }

    #[tokio::test]
    async fn a_file_is_read_as_it_was_written() {
        let (workspace, id) = ids();
        for (store, _keep) in places().await {
            let written = keep(&store, &["hello ".into(), "world".into()]).await;
            assert_eq!(written.size, 11);
            let hello = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
            assert_eq!(written.sha256, hello);
            let whole = store.read(workspace, id, None).await.unwrap();
            assert_eq!((whole.size, whole.range.clone()), (11, 0..11));
            assert_eq!(all(whole).await, b"hello world");
            let part = store.read(workspace, id, Some(6..400)).await.unwrap();
            assert_eq!((part.size, part.range.clone()), (11, 6..11));
            assert_eq!(all(part).await, b"world");
        }
    }

    #[tokio::test]
    async fn a_large_file_goes_in_parts() {
        let (workspace, id) = ids();
        let piece = Bytes::from(vec![7_u8; 3_000_000]);
        for (store, _keep) in places().await {
            let written = keep(&store, &vec![piece.clone(); 7]).await;
            assert_eq!(written.size, 21_000_000);
            let read = store.read(workspace, id, None).await.unwrap();
            assert_eq!(all(read).await.len(), 21_000_000);
        }
    }

    #[tokio::test]
    async fn what_is_not_finished_cannot_be_read() {
        let (workspace, id) = ids();
        for (store, _keep) in places().await {
            let mut writer = store.write(workspace, id, 10);
            writer.put("12345678".into()).await.unwrap();
            let refused = writer.put("12345678".into()).await.unwrap_err();
            assert!(matches!(refused, MediaError::TooLarge { limit: 10 }), "{refused}");
            writer.abort().await;
            let absent = store.read(workspace, id, None).await.unwrap_err();
            assert!(matches!(absent, MediaError::Absent), "{absent}");
        }
    }

    #[tokio::test]
    async fn a_deleted_file_is_gone_and_may_be_deleted_again() {
        let (workspace, id) = ids();
        for (store, _keep) in places().await {
            keep(&store, &["x".into()]).await;
            store.delete(workspace, id).await.unwrap();
            store.delete(workspace, id).await.unwrap();
            let absent = store.read(workspace, id, None).await.unwrap_err();
            assert!(matches!(absent, MediaError::Absent), "{absent}");
        }
    }

    #[tokio::test]
    async fn a_place_is_tried_out_and_left_as_it_was() {
        for (store, keep) in places().await {
            store.try_out().await.unwrap();
            assert_eq!(walk(keep.path()), Vec::<String>::new(), "{}", store.place());
        }
    }

    #[tokio::test]
    async fn a_place_that_does_not_work_says_so() {
        let (mut s3, _root) = double::bucket().await;
        s3.credentials = Some((double::KEY.into(), "another".to_owned().into()));
        let store = MediaStore::open(&Location::S3(s3)).unwrap();
        let told = store.try_out().await.unwrap_err().to_string();
        assert!(told.starts_with("files cannot be kept at media.url: "), "{told}");
        assert!(told.contains("SignatureDoesNotMatch"), "{told}");
        assert!(!told.contains("another"), "{told}");
    }

    /// The files below a folder, but those that the double keeps for itself.
    fn walk(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut found = Vec::new();
        for path in entries {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match path.is_dir() {
                _ if name.starts_with('.') => {}
                true => found.extend(walk(&path)),
                false => found.push(name),
            }
        }
        found
    }
}
