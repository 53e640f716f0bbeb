//! Where files are kept: a folder, or a bucket that speaks S3. What is in them is sealed before it comes here.

use std::{os::unix::fs::DirBuilderExt as _, path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use object_store::{
    ClientOptions, Error, ObjectStore, ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem, memory::InMemory, path::Path, prefix::PrefixStore,
};
use serde::{Deserialize, Serialize};

/// How long one request to a bucket may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The `[files]` section of the configuration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilesConfig {
    /// `file:FOLDER`, or `s3://BUCKET/PREFIX` for a bucket.
    pub url: String,
    /// The bucket's server, when it is not Amazon's: `https://minio.example.com`.
    pub s3_endpoint: String,
    /// The bucket's region.
    pub s3_region: String,
    /// Who signs requests to the bucket.
    pub s3_access_key_id: String,
    /// What they are signed with.
    pub s3_secret_access_key: String,
}

impl std::fmt::Debug for FilesConfig {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilesConfig").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Default for FilesConfig {
    fn default() -> Self {
        Self {
            url: "file:var/files".into(),
            s3_endpoint: String::new(),
            s3_region: "us-east-1".into(),
            s3_access_key_id: String::new(),
            s3_secret_access_key: String::new(),
        }
    }
}

/// Where an address leads.
enum Place {
    Folder(PathBuf),
    Bucket { name: String, prefix: String },
}

fn place(url: &str) -> Option<Place> {
    if let Some(folder) = url.strip_prefix("file:") {
        return (!folder.is_empty()).then(|| Place::Folder(folder.into()));
    }
    let rest = url.strip_prefix("s3://")?;
    let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    (!name.is_empty()).then(|| Place::Bucket { name: name.to_owned(), prefix: prefix.to_owned() })
}

impl FilesConfig {
    /// Everything that is wrong with these settings, each with the key it is about.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let place = place(&self.url);
        if place.is_none() {
            faults.push(("url", "must be file:FOLDER or s3://BUCKET/PREFIX"));
        }
        if matches!(place, Some(Place::Bucket { .. })) {
            for (key, value) in [
                ("s3_region", &self.s3_region),
                ("s3_access_key_id", &self.s3_access_key_id),
                ("s3_secret_access_key", &self.s3_secret_access_key),
            ] {
                if value.is_empty() {
                    faults.push((key, "must be given for a bucket"));
                }
            }
        }
        faults
    }
}

/// Why a file was not kept, fetched or deleted. The text is for the operator: it may name the file, whose name is made of
/// ids, and never what is in it.
#[derive(Debug, thiserror::Error)]
#[error("files: {0}")]
pub struct FileStoreError(String);

impl From<Error> for FileStoreError {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

/// The files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FileStore(Arc<dyn ObjectStore>);

impl FileStore {
    /// The folder, which is made when it is not there, or the bucket.
    pub fn open(config: &FilesConfig) -> Result<Self, FileStoreError> {
        match place(&config.url) {
            None => Err(FileStoreError("there is no such place".to_owned())),
            Some(Place::Folder(folder)) => {
                let failed = |error: std::io::Error| {
                    FileStoreError(format!("{} cannot be made: {error}", folder.display()))
                };
                std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed)?;
                Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))))
            }
            Some(Place::Bucket { name, prefix }) => {
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(name)
                    .with_region(&config.s3_region)
                    .with_access_key_id(&config.s3_access_key_id)
                    .with_secret_access_key(&config.s3_secret_access_key)
                    // One at a time is all that is deleted, and not every server knows the other way.
                    .with_disable_bulk_delete(true)
                    .with_client_options(ClientOptions::new().with_timeout(TIMEOUT))
                    .with_retry(RetryConfig {
                        max_retries: 2,
                        retry_timeout: TIMEOUT,
                        ..RetryConfig::default()
                    });
                if !config.s3_endpoint.is_empty() {
                    let plain = config.s3_endpoint.starts_with("http://");
                    builder = builder.with_endpoint(&config.s3_endpoint).with_allow_http(plain);
                }
                Ok(Self(Arc::new(PrefixStore::new(builder.build()?, prefix))))
            }
        }
    }

    /// Files that are gone with the process, for tests and for sandboxes that end with it.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Arc::new(InMemory::new()))
    }

    /// Keeps a file under that name, in place of what was there.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), FileStoreError> {
        self.0.put(&Path::from(name), Bytes::from(bytes).into()).await?;
        Ok(())
    }

    /// The file of that name.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>, FileStoreError> {
        match self.0.get(&Path::from(name)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes the file of that name, if there is one.
    pub async fn delete(&self, name: &str) -> Result<(), FileStoreError> {
        match self.0.delete(&Path::from(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
        sync::Mutex,
    };

    use super::*;

    async fn keeps_files(files: &FileStore) {
        assert!(files.get("archives/u-1/1").await.unwrap().is_none());
        files.delete("archives/u-1/1").await.unwrap();
        files.put("archives/u-1/1", b"sealed".to_vec()).await.unwrap();
        files.put("archives/u-1/1", b"sealed again".to_vec()).await.unwrap();
        files.put("archives/u-1/2", Vec::new()).await.unwrap();
        assert_eq!(files.get("archives/u-1/1").await.unwrap().unwrap(), b"sealed again".as_slice());
        assert_eq!(files.get("archives/u-1/2").await.unwrap().unwrap(), b"".as_slice());
        files.delete("archives/u-1/1").await.unwrap();
        assert!(files.get("archives/u-1/1").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_folder_and_the_memory_keep_files() {
        keeps_files(&FileStore::in_memory()).await;
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file:{}", folder.path().join("a/b").display());
        let config = FilesConfig { url, ..FilesConfig::default() };
        keeps_files(&FileStore::open(&config).unwrap()).await;
        // A name is made of ids, but none ever leads out of the folder.
        let files = FileStore::open(&config).unwrap();
        files.put("../../out", b"x".to_vec()).await.unwrap();
        assert!(!folder.path().join("out").exists());
    }

    #[tokio::test]
    async fn a_bucket_keeps_files() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept: Arc<Mutex<HashMap<String, Vec<u8>>>> = Arc::default();
        let serving = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&serving)));
            }
        });
        let config = FilesConfig {
            url: "s3://bucket/some/prefix".into(),
            s3_endpoint: format!("http://{address}"),
            s3_access_key_id: "key".into(),
            s3_secret_access_key: "secret".into(),
            ..FilesConfig::default()
        };
        assert!(config.faults().is_empty() && !format!("{config:?}").contains("secret"));
        keeps_files(&FileStore::open(&config).unwrap()).await;
        let kept = kept.lock().await;
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["/bucket/some/prefix/archives/u-1/2"]);
    }

    /// As little of S3 as keeping files takes: signed PUT, GET and DELETE, one request to a connection.
    async fn serve(mut stream: TcpStream, kept: Arc<Mutex<HashMap<String, Vec<u8>>>>) {
        let mut request = Vec::new();
        let head = loop {
            if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end;
            }
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
        };
        let text = String::from_utf8(request[..head].to_vec()).unwrap().to_lowercase();
        assert!(text.contains("authorization: aws4-hmac-sha256 "), "{text}");
        let length = text
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
        let mut body = request.split_off(head + 4);
        while body.len() < length {
            assert!(stream.read_buf(&mut body).await.unwrap() > 0);
        }
        let mut words = text.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap().to_owned());
        let mut kept = kept.lock().await;
        let (status, answer) = match method {
            "put" => {
                kept.insert(path, body);
                (200, Vec::new())
            }
            "get" => kept.get(&path).map_or((404, Vec::new()), |body| (200, body.clone())),
            "delete" => {
                kept.remove(&path);
                (204, Vec::new())
            }
            other => panic!("{other}"),
        };
        let head = format!(
            "HTTP/1.1 {status} -\r\nConnection: close\r\nETag: \"1\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n\
             Content-Length: {}\r\n\r\n",
            answer.len()
        );
        stream.write_all(&[head.into_bytes(), answer].concat()).await.unwrap();
    }

    #[test]
    fn a_place_that_is_none_is_a_fault() {
        let faults = |url: &str| FilesConfig { url: url.into(), ..FilesConfig::default() }.faults();
        assert_eq!(FilesConfig::default().faults(), []);
        for url in ["", "file:", "s3://", "/var/files", "https://example.com"] {
            assert_eq!(faults(url)[0].0, "url", "{url}");
        }
        let keys: Vec<_> = faults("s3://bucket").into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["s3_access_key_id", "s3_secret_access_key"]);
    }
}
