//! Formats of files, told by their first bytes.

use sahod_model::FileFormat;

/// The largest file that is taken, in bytes.
pub const MAX_FILE_BYTES: usize = 15 * 1024 * 1024;

/// Whether a file is of that format.
#[must_use]
pub fn is_of_format(format: FileFormat, file: &[u8]) -> bool {
    infer::get(file).is_some_and(|found| found.mime_type() == format.media_type())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_the_bytes() {
        let files: [(FileFormat, &[u8]); 4] = [
            (FileFormat::Pdf, b"%PDF-1.7\n"),
            (FileFormat::Png, b"\x89PNG\r\n\x1a\n"),
            (FileFormat::Jpg, b"\xff\xd8\xff\xe0\0\x10JFIF"),
            (FileFormat::Tiff, b"II*\0\x08\0\0\0\0\0"),
        ];
        for (format, file) in files {
            for other in FileFormat::ALL {
                let same = other.media_type() == format.media_type();
                assert_eq!(is_of_format(*other, file), same, "{other:?}, {format:?}");
            }
        }
        assert!(is_of_format(FileFormat::Tiff, b"MM\0*\0\0\0\x08\0\0"));
        for nothing in [b"".as_slice(), b"%PD", b"GIF89a", b"<html>"] {
            assert!(FileFormat::ALL.iter().all(|format| !is_of_format(*format, nothing)), "{nothing:?}");
        }
    }
}
