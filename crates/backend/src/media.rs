//! Opening the place where files are kept.

use switchboard_chassis::settings::{MediaPlace, MediaSettings, S3Settings, SecretUrl};
use switchboard_media::{Location, MediaError, MediaStore, S3};

use crate::BackendError;

/// Opens the place where files are kept; a folder is made when it is not there.
///
/// # Errors
/// [`BackendError::Media`].
pub fn open(settings: &MediaSettings) -> Result<MediaStore, BackendError> {
    let location = match settings.place() {
        Some(MediaPlace::Disk(path)) => Location::Folder(path.to_owned()),
        Some(MediaPlace::S3 { bucket, prefix }) => Location::S3(s3(&settings.s3, bucket, prefix)),
        None => return Err(MediaError::Settings("names no place".into()).into()),
    };
    Ok(MediaStore::open(&location)?)
}

fn s3(settings: &S3Settings, bucket: &str, prefix: &str) -> S3 {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let secret = settings.secret_access_key.as_ref().map(SecretUrl::secret);
    S3 {
        bucket: bucket.into(),
        prefix: prefix.into(),
        endpoint: settings.endpoint.as_ref().map(|url| url.as_str().trim_end_matches('/').into()),
        region: given(&settings.region),
        credentials: given(&settings.access_key_id).zip(secret),
    }
}
