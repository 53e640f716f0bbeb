//! A mail server that takes everything.

use sahod_outbound::{MailConfig, MailEncryption, Mailer};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use super::PATIENCE;

/// Where mail of a test ends.
pub(crate) struct Mailbox {
    port: u16,
    got: watch::Receiver<Vec<String>>,
}

impl Mailbox {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, got) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mail = take(stream).await;
                sender.send_modify(|got| got.push(mail));
            }
        });
        Self { port, got }
    }

    /// One that sends here.
    pub(crate) fn mailer(&self) -> Mailer {
        let config = MailConfig {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            encryption: MailEncryption::None,
            from: "Sahod <no-reply@sahod.test>".to_owned(),
            ..MailConfig::default()
        };
        Mailer::new(&config).unwrap().unwrap()
    }

    /// The first mail: whom it is to, and all of it.
    pub(crate) async fn first(&self) -> String {
        let mut got = self.got.clone();
        let got = timeout(PATIENCE, got.wait_for(|got| !got.is_empty())).await.expect("a mail").unwrap();
        got[0].clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.got.borrow().is_empty()
    }
}

/// All that one client says.
async fn take(stream: TcpStream) -> String {
    let (mut said, mut in_data) = (String::new(), false);
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await.unwrap();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return said;
        }
        said.push_str(&line);
        let answer = match line.trim_end() {
            "." if in_data => {
                in_data = false;
                "250 taken\r\n"
            }
            _ if in_data => continue,
            "DATA" => {
                in_data = true;
                "354 go on\r\n"
            }
            "QUIT" => return said,
            _ => "250 fine\r\n",
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}
