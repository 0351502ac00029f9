# Messages between an applicant and the office.

messaggi-titolo = Messages
messaggi-quanti = { $n ->
    [0] There are no messages.
    [one] There is 1 message{ $nuovi ->
        [0] .
       *[other] , to be read.
    }
   *[other] There are { $n } messages{ $nuovi ->
        [0] .
       *[other] , { $nuovi } to be read.
    }
}
messaggi-apri = Read and write
messaggi-nessuno = You and the office have written nothing about this application yet. If in doubt, write below.
messaggi-da-ufficio = { $ufficio } ({ $chi })
messaggi-da-cittadino = { $chi }, citizen
messaggi-letto = Read on { $quando }.
messaggi-non-letto = Not read yet.
messaggi-e-riservato = Reserved.
messaggi-scritto = The message was sent. You will see here when it is read.

# Writing
messaggi-scrivi = Write to the office
messaggi-testo = Message
messaggi-testo-aiuto = At most 4,000 characters.
messaggi-riservato = It is about health, religion, income or a bank account
messaggi-riservato-aiuto = Only those who may see such data read it.
messaggi-invia = Send the message
messaggi-manca = Write the message
messaggi-lungo = Shorten the message: at most 4,000 characters
messaggi-troppi = There are { $n } unread messages already. Wait until they are read: what you wrote stays here
messaggi-gia-inviato = You have sent this form with another text before. Press again to send this one too
messaggi-di-nuovo = The form was incomplete. Press again to send it

# Office
ufficio-menu-messaggi = Messages
messaggi-note-apri = Messages and notes
messaggi-cittadino = With the citizen
messaggi-nessuno-ufficio = No message about this application.
messaggi-scrivi-cittadino = Write to the citizen
messaggi-scrivi-cittadino-aiuto = An e-mail tells that there is a message, without its text. At most 4,000 characters.
messaggi-note = Internal notes
messaggi-note-testo = Only the office reads them.
messaggi-nota = New note
messaggi-nota-salva = Save the note
messaggi-nota-scritta = The note was saved.
messaggi-attesa-titolo = Messages to read
messaggi-attesa-nessuno = No message to read.
messaggi-attesa-elenco = Messages of citizens that nobody has opened yet, the oldest first
messaggi-attesa-chi = Whose
messaggi-attesa-quanti = To read
messaggi-attesa-da = Since

# E-mails that could not be delivered
posta-titolo = E-mails not delivered
posta-testo = After several attempts these e-mails have not left. Nothing is lost: those who wait find it in their area.
posta-nessuna = All e-mails have left.
posta-elenco = E-mails not delivered, the last first
posta-col-cosa = What it says
posta-col-chi = To whom
posta-col-quando = Last attempt
posta-col-azione = Action
posta-riprova = Try to send again: { $cosa }
posta-riprova-breve = Try again
posta-riprovata = The e-mail is queued again.
posta-quante = { $n ->
    [0] No e-mail is undelivered
    [one] 1 e-mail not delivered
   *[other] { $n } e-mails not delivered
}
posta-da-leggere = { $n ->
    [one] There is 1 application with messages to read
   *[other] There are { $n } applications with messages to read
}
posta-tipo-ricevuta = Receipt of an application
posta-tipo-esito = Outcome of an application
posta-tipo-protocollata = Protocol number
posta-tipo-integrazione = Request to complete
posta-tipo-preavviso = Notice of rejection
posta-tipo-posto = Free place
posta-tipo-messaggio = Message of the office
posta-tipo-ufficio = Message of a citizen
posta-tipo-rette = New invoices
posta-tipo-insoluto = Failed direct debit
posta-tipo-pagamento = Payment received
posta-tipo-delega = Invitation to a delegation
posta-tipo-bozza = Reminder of a draft
posta-tipo-codice = Confirmation code
posta-tipo-altro = Notice
