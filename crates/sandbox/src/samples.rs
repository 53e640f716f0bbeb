//! The documents that the sandbox reads: given out for trying, and recognised by their bytes.

use std::sync::LazyLock;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use sahod_documents::{DocumentReader, Extraction, UnreadDocument};
use sahod_model::{ArchiveErrorCode, FileFormat, FileType, Payslip};

/// A sample payslip.
#[derive(Debug)]
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    /// Its format.
    pub format: FileFormat,
    /// Its bytes.
    pub file: &'static [u8],
    /// What it says, as JSON.
    says: &'static str,
}

macro_rules! sample {
    ($name:literal, $format:expr, $says:literal) => {
        Sample {
            name: $name,
            format: $format,
            file: include_bytes!(concat!("../../../docs/samples/", $name)),
            says: include_str!(concat!("../samples/", $says)),
        }
    };
}

/// Every sample.
pub const SAMPLES: &[Sample] = &[
    sample!("payslip-george.pdf", FileFormat::Pdf, "payslip-george.json"),
    sample!("payslip-george.png", FileFormat::Png, "payslip-george.json"),
    sample!("payslip-ryan.pdf", FileFormat::Pdf, "payslip-ryan.json"),
];

/// The digest (SHA-256) of each sample, in the order of [`SAMPLES`].
static DIGESTS: LazyLock<Vec<[u8; 32]>> =
    LazyLock::new(|| SAMPLES.iter().map(|sample| sha256(sample.file)).collect());

fn sha256(file: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, file).as_ref());
    bytes
}

/// The sample of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.name == name)
}

/// Reads the samples, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct SampleReader;

#[async_trait]
impl DocumentReader for SampleReader {
    fn kinds(&self) -> &[FileType] {
        &[FileType::Payslip]
    }

    async fn read(&self, document: UnreadDocument) -> Extraction {
        let known = document.kind.is_none_or(|kind| self.kinds().contains(&kind));
        let payslips: Option<Vec<Payslip>> = document.files.iter().map(|file| read(&file.bytes)).collect();
        // Several files are the pages of one document: the first says all that a sample has to say.
        let payslip = payslips.filter(|_| known).and_then(|payslips| payslips.into_iter().next());
        payslip.map_or(Extraction::Failed(ArchiveErrorCode::MissingMandatoryField), |payslip| {
            Extraction::Payslip(Box::new(payslip))
        })
    }
}

/// What a file says, when it is one of the samples to the last byte.
fn read(file: &[u8]) -> Option<Payslip> {
    let wanted = sha256(file);
    let (sample, _) = SAMPLES.iter().zip(DIGESTS.iter()).find(|(_, digest)| **digest == wanted)?;
    serde_json::from_str(sample.says).ok()
}

#[cfg(test)]
mod tests {
    use sahod_documents::{DocumentFile, is_of_format};

    use super::*;

    #[test]
    fn every_sample_is_of_its_format_and_says_what_a_payslip_must() {
        for sample in SAMPLES {
            assert!(is_of_format(sample.format, sample.file), "{}", sample.name);
            let payslip = read(sample.file).unwrap();
            assert!(payslip.start_date.is_some() && payslip.currency.is_some(), "{}", sample.name);
            assert!(payslip.gross_amount > payslip.net_amount && payslip.employer_name.is_some());
            assert_eq!(named(sample.name).unwrap().file, sample.file);
        }
    }

    #[test]
    fn a_file_with_one_byte_changed_is_no_sample() {
        let mut file = SAMPLES[0].file.to_vec();
        file[1000] ^= 1;
        assert!(read(&file).is_none());
        assert!(read(b"").is_none() && named("payslip-nobody.pdf").is_none());
    }

    #[tokio::test]
    async fn samples_are_read_as_what_they_are_and_nothing_else_is() {
        let file = |bytes: &[u8]| DocumentFile { format: FileFormat::Pdf, bytes: bytes.to_vec() };
        let (george, other) = (SAMPLES[0].file, b"%PDF-1.7 a payslip of somebody real".as_slice());
        for (kind, files, employer) in [
            (Some(FileType::Payslip), vec![file(george)], Some("ABC Corporation")),
            (None, vec![file(george), file(SAMPLES[2].file)], Some("ABC Corporation")),
            (Some(FileType::TaxDocument), vec![file(george)], None),
            (Some(FileType::Payslip), vec![file(george), file(other)], None),
            (None, Vec::new(), None),
        ] {
            let read = match SampleReader.read(UnreadDocument { kind, files }).await {
                Extraction::Payslip(payslip) => payslip.employer_name,
                Extraction::Failed(code) => {
                    assert_eq!(code, ArchiveErrorCode::MissingMandatoryField);
                    None
                }
                Extraction::Unsupported => panic!("the sandbox says what is wrong"),
            };
            assert_eq!(read.as_deref(), employer, "{kind:?}");
        }
    }
}
