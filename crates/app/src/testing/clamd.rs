//! The scanner that Debian ships, with one signature of its own: that of the test file of EICAR. The real signatures are
//! large and cannot be fetched everywhere.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    clock::Chance,
    scanner::{Address, Scanner},
};

/// The test file of EICAR: harmless, and taken for a virus by agreement.
pub const EICAR: &str = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
/// The test file without what is special in the text of a PDF.
const PART: &[u8] = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE";

/// A running scanner; ends with this.
pub struct Clamd {
    child: Child,
    folder: PathBuf,
}

impl Clamd {
    /// Starts one. Where Debian's package is missing it says so and gives none, unless `SPORTELLO_SPECS=required`.
    pub async fn start() -> Option<Self> {
        let program = ["/usr/sbin/clamd", "/usr/local/sbin/clamd"].into_iter().find(|path| Path::new(path).exists());
        let Some(program) = program else {
            let required = std::env::var_os("SPORTELLO_SPECS").is_some_and(|value| value == "required");
            assert!(!required, "clamd is required: apt-get install clamav-daemon");
            println!("skipped: clamd is not installed (Debian: clamav-daemon)");
            return None;
        };
        let folder = std::env::temp_dir().join(format!("sportello-clamd-{}", Chance::system().secret()));
        let at = &folder;
        fs::create_dir_all(at.join("db")).expect("a folder can be made");
        fs::write(at.join("db/prova.ndb"), format!("Prova.Eicar:0:*:{}\n", hex::encode(PART))).expect("a signature");
        let socket = at.join("clamd.sock");
        let settings = format!(
            "Foreground yes\nLocalSocket {}\nDatabaseDirectory {}\n",
            socket.display(),
            at.join("db").display()
        );
        fs::write(at.join("clamd.conf"), settings).expect("its settings");
        let mut command = Command::new(program);
        command.arg("--config-file").arg(at.join("clamd.conf")).stdout(Stdio::null()).stderr(Stdio::null());
        let clamd = Self { child: command.spawn().expect("clamd starts"), folder };
        let since = Instant::now();
        while clamd.scanner().version().await.is_err() {
            assert!(since.elapsed() < Duration::from_secs(60), "clamd does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(clamd)
    }

    /// The portal's side of it.
    pub fn scanner(&self) -> Scanner {
        Scanner::new(Address::Unix(self.folder.join("clamd.sock")))
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
