# Filling in an application: draft, pages, summary, confirmation.

# Shared parts
compila-passi = Steps of the application
compila-passo = Step { $n } of 4
compila-passo-privacy = Privacy notice
compila-passo-dati-generali = General data
compila-passo-preferenze = Service choices
compila-passo-riepilogo = Summary
compila-passo-fatto = (completed)
compila-avanti = Next
compila-sospendi = Suspend
compila-indietro = Back
compila-errore = Error:
compila-problema = There is a problem
compila-avvisi = Please check
compila-avvisi-testo = You can go on anyway. If the answer is right, leave it as it is.
compila-bozza = Your draft
compila-bozza-testo = Saved on { $data } at { $ora }. You can press Suspend at any moment and go on later.
compila-entro = To be sent by { $giorno }.
compila-finita = The time to send it is over: contact the office.
compila-bozza-tempo = After { $minuti } minutes without pressing a button your sign-in expires. What you have saved stays.
compila-elimina-link = Delete the draft
compila-pagine-link = All pages of the application

# List of the pages
compila-elenco-testo = Fill in the pages in the order you like. We save each page when you press Next or Suspend.
compila-da-fare = To do
compila-in-corso = In progress
compila-completato = Completed
compila-continua = Continue
compila-vai-riepilogo = Go to the summary
compila-riepilogo-attesa = It opens when the other pages are completed.

# Fields
campo-facoltativo = (optional)
campo-si = Yes
campo-no = No
campo-giorno = Day
campo-mese = Month
campo-anno = Year
campo-scegli = Choose
campo-non-indicato = Not given
campo-era = before:
campo-da-spid = from your sign-in
campo-da-famiglia = from your family’s data
campo-da-domanda = from your last application
campo-da-registro = from the registers of the comune
campo-calcolato = worked out from your answers
campo-file-limite = { $formati }, { $mb } MB at most.
campo-file-presente = File already uploaded:
campo-file-sostituisci = To replace it, choose another file.
campo-file-in-controllo = (not scanned yet: the virus scan is under way)
campo-file-non-controllato = (not scanned: there is no virus scanner here)
campo-file-eliminato = (deleted: it held a virus. Contact the office to hand in a copy)
campo-file-scartato = (deleted: the time for which it is kept is over)
campo-file-riusa-titolo = Use a document that you have already handed in
campo-file-riusa = Use this one
campo-file-riusa-quale = { $nome } ({ $fatti }), handed in on { $data } with application { $numero }
campo-file-rimuovi = Remove
campo-file-rimuovi-nome = the file { $nome }
campo-lungo-limite = { $max } characters at most.

# Repeated groups
compila-riga = { $nome } { $n }
compila-riga-titolo = { $nome } { $n }: { $titolo }
compila-aggiungi = Add { $nome }
compila-aggiungi-noto = Add { $titolo }
compila-noti = Names that we already know
compila-noti-testo = Choose whom to add to the application: the data we have are filled in.
compila-rimuovi = Remove
compila-rimuovi-riga = { $titolo } from the application
compila-gruppo-inizia = Press “Add { $nome }” and fill in the details. You can add more than one.
compila-gruppo-vuoto = There is nothing here yet. Go back and add { $nome }.
compila-gruppo-pieno = You have reached the maximum number.

# What is wrong with a field
campo-nome = “{ $etichetta }”
campo-nome-riga = “{ $etichetta }” of { $riga }
campo-manca-testo = Enter { $campo }
campo-manca-scelta = Choose an answer for { $campo }
campo-manca-file = Upload the file { $campo }
campo-manca = Complete { $campo }
campo-lungo = Shorten { $campo }: { $max } characters at most
campo-non-valido = Choose one of the answers offered for { $campo }
campo-classe-altrove = Choose for { $campo } a class of the school chosen above
campo-cf-corto = Enter { $campo }: { $n ->
    [one] 1 character is missing
   *[other] { $n } characters are missing
}
campo-cf-lungo = Enter { $campo } with 16 characters: { $n ->
    [one] there is 1 character too many
   *[other] there are { $n } characters too many
}
campo-cf-errato = Check { $campo }: a letter or a digit is wrong. Copy it from the health card
campo-piva-errata = Check { $campo }: one of the 11 digits is wrong
campo-iban-errato = Check { $campo }: a character is missing or wrong. You find it on your bank statement
campo-iban-paese = Enter in { $campo } an account of a country in the SEPA area
campo-email-errata = Enter { $campo } as in name@example.com
campo-telefono-errato = Enter { $campo } with digits only, such as 333 123 4567
campo-cap-errato = Enter { $campo } with 5 digits
campo-data-errata = Enter { $campo } with day, month and year, such as 27 3 2018
campo-anno-cifre = Enter the year of { $campo } with 4 digits
campo-data-futura = Enter in { $campo } a date that is not in the future
campo-importo-errato = Enter { $campo } in euro, such as 12345,67
campo-numero-errato = Enter { $campo } with digits only
campo-numero-limiti = { $campo }: from { $min } to { $max }
campo-codice-errato = Check { $campo }: it is written like { $esempio }
campo-comune-sconosciuto = { $campo }: we find no comune with this name. Check how it is spelled
campo-comune-omonimo = { $campo }: several comuni have this name. Add the province, such as { $esempio }
campo-accetta = Tick the box { $campo } to go on
campo-file-grande = Choose a smaller file for { $campo }: { $max } MB at most
campo-file-tipo = Choose a PDF, JPEG or PNG file for { $campo }
campo-file-enorme = Choose a lighter file for { $campo }: once open, this one takes too much memory. Save it or photograph it at a lower resolution
campo-file-protetto = Choose another file for { $campo }: this PDF is protected by a password. Print it on paper or to PDF and upload the copy
campo-file-attivo = Choose another file for { $campo }: this PDF holds other files or starts programs. Print it to PDF and upload the copy; upload the files that it holds one by one
campo-file-doppio = Choose another file for { $campo }: this one also holds something that is no document. Save it again as PDF, JPEG or PNG
campo-file-di-nuovo = Choose the file for { $campo } again: it was right, but was not sent
campo-file-virus = Choose another file for { $campo }: there is a virus in the one that you uploaded, and we have deleted it
campo-file-rotto = Choose another file for { $campo }: this one is empty or cannot be opened
campo-righe-poche = { $min ->
    [one] Add at least one entry in { $campo }
   *[other] Add at least { $min } entries in { $campo }
}
campo-controllo = { $campo }: { $messaggio }

# What is unusual, without blocking
avviso-codice-insolito = { $campo } is usually written like { $esempio }: check that you copied it well.
avviso-cf-diverso = { $campo } does not match the name, the surname or the date of birth.

# Draft saved
compila-sospesa-titolo = Draft saved
compila-sospesa-testo = Draft saved on { $data } at { $ora }.
compila-sospesa-non-inviata = The application has not been sent yet.
compila-sospesa-come = How to go on later
compila-sospesa-come-1 = Sign in from any computer or telephone.
compila-sospesa-come-2 = Open Applications, then Drafts.
compila-sospesa-come-3 = Choose your draft and press Resume.
compila-sospesa-fino = The draft is deleted after { $fino }.
compila-riprendi = Resume now
compila-torna-pratiche = Back to Applications

# The same draft saved elsewhere
compila-conflitto-titolo = The draft has changed meanwhile
compila-conflitto-testo = This page was saved from another window or another device. We have not overwritten anything. Choose for each answer which version to keep.
compila-conflitto-campo = { $riga }, { $campo }
compila-conflitto-salvata = Already saved: { $risposta }
compila-conflitto-scritta = Typed now: { $risposta }
compila-conflitto-tolta = { $riga } (removed meanwhile)
compila-conflitto-lascia = Leave it out
compila-conflitto-rimetti = Put it back with what I typed
compila-conflitto-file = Choose the file again: a page cannot keep it.
compila-conflitto-salva = Save my choices
compila-conflitto-tieni-altra = Leave everything as it is saved

# The form has changed
compila-novita-titolo = The form has changed
compila-novita-testo = The form changed on { $data }. Your answers are kept: { $n ->
    [one] please look at this page again.
   *[other] please look at { $n } pages again.
}
compila-pagina-tolta = That page is no longer part of the application. What you had saved is kept: go on from here.
compila-da-parte-titolo = Answers set aside
compila-da-parte-testo = The new form no longer asks for these answers. They will not be sent: they stay here so that you can read them.

# Delete
compila-elimina-titolo = Delete the draft
compila-elimina-testo = You are about to delete the draft “{ $titolo }” with all its data and files. This cannot be undone.
compila-elimina-conferma = Delete for good
compila-elimina-no = Back to the draft

# Drafts
compila-bozze-titolo = Drafts
compila-bozze-testo = Here are the applications that you started and have not sent yet.
compila-bozze-nessuna = You have no drafts. When you press Suspend, the application stays here.
compila-bozze-apri = Go to Open applications
compila-bozze-salvata = Saved on { $data } at { $ora }
compila-bozze-riprendi = Resume
compila-bozze-elimina = Delete

# Summary and sending
compila-riepilogo-titolo = Summary
compila-riepilogo-testo = What you have entered counts as a declaration. Check that it is correct.
compila-modifica-gruppo = Change { $gruppo }
compila-pratiche = { $n ->
    [one] Send files 1 application.
   *[other] Send files { $n } applications, one for each child.
}
compila-manca = What is missing
compila-prima = Before you send
compila-dichiaro = I declare that the data are true and I accept the conditions of the service
compila-dichiaro-aiuto = Who makes a false declaration loses the benefit and answers for it by law (D.P.R. 445/2000, articles 75 and 76).
compila-invia = Send
compila-non-dichiarato = Tick the box “I declare that the data are true” to send
compila-cambiata = The draft has changed since you opened it. Check the summary again and press Send.
compila-con-problemi = Some answers are missing. Complete the points below, then press Send.
compila-da-rivedere = The form has changed: look at the pages named here and press Next on each, then send.
compila-finestra-chiusa = The period for this application has ended. Your draft is kept: contact the office to know what to do.
compila-doppione = You have already sent this application for the same child and the same year. You find it in Follow your applications.

# Confirmation
compila-inviata-titolo = Application sent
compila-inviata-testo = We have received the application for { $nomi }. You need not do anything else.
compila-inviata-testo-sola = We have received the application. You need not do anything else.
compila-inviata-codice = When you receive the codice fiscale of { $nome }, tell the office: they add it to the application.
compila-inviata-numero = Application number
compila-elenco-nomi = { $primi } and { $ultimo }
compila-inviata-pratica = Application of { $nome }
compila-inviata-protocollo = Protocol
compila-inviata-protocollo-n = no. { $numero } of { $data }, { $ora }
compila-inviata-protocollo-attesa = Being assigned. The application counts from { $data }, { $ora }.
compila-inviata-protocollo-emergenza = Being assigned. Emergency register no. { $numero }. The application counts from { $data }, { $ora }.
compila-inviata-email = The receipt goes to
compila-inviata-consulta = See the application
compila-inviata-consulta-tutte = See the applications
compila-ricevuta = Download the receipt (PDF, { $peso })
compila-ricevuta-attesa = The receipt is being prepared. We also send it by e-mail.
compila-aggiorna = Refresh the page
compila-dopo = What happens now
compila-dopo-1 = Application received
compila-dopo-1-testo = { $data }, { $ora }. It counts from this moment.
compila-dopo-2 = The office examines it
compila-dopo-2-testo = The office ({ $ufficio }) takes it in charge. If something is missing, it writes to you.
compila-dopo-3 = You get the answer
compila-dopo-3-testo = By { $data }, by e-mail and in Follow your applications.

# Mandato
mandato-titolo = What you authorise with the mandate
mandato-testo = Creditor: { $creditore }, identifier { $codice }. You authorise the creditor to ask your bank to debit the fees from your account, and your bank to do so as the creditor instructs it. It is a SEPA mandate for recurrent debits (Core scheme).
mandato-rimborso = You are entitled to a refund from your bank under the terms of your agreement with it: you must claim it within 8 weeks from the day of the debit.
mandato-riferimento = The reference of the mandate (UMR) is given when the application is accepted and stands on every invoice.
