//! Writes receipts to look at: `cargo run -p sportello-documents --example ricevuta -- FOLDER`.

use std::error::Error;
use std::path::Path;

use sportello_documents::{Typesetter, fonts, ricevuta, sample};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: ricevuta FOLDER")?;
    write_samples(&Typesetter::new(fonts::titillium())?, Path::new(&folder))
}

fn write_samples(typesetter: &Typesetter, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut pending = sample::ricevuta(1);
    pending.protocollo = None;
    pending.demo = false;
    pending.ente.crest_svg = None;
    pending.allegati.clear();
    for (name, data) in [("uno", sample::ricevuta(1)), ("otto", sample::ricevuta(8)), ("in-assegnazione", pending)] {
        let pdf = ricevuta(typesetter, &data)?;
        println!("{name}: {} pages, {} bytes", pdf.pages, pdf.bytes.len());
        std::fs::write(folder.join(format!("{name}.pdf")), pdf.bytes)?;
    }
    Ok(())
}
