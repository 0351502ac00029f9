# Protocol register, pages of the office.

ufficio-menu-protocollo = Protocol
protocollo-titolo = Protocol register
protocollo-testo = Every application that was sent has its entry here. Nothing is deleted: a wrong entry is annulled and stays readable.
protocollo-giornalieri-vai = Daily registers
protocollo-cerca-campo = Number or name
protocollo-dal = Registered from
protocollo-al = Registered until
protocollo-giorno-errato = Write the day, for example 01/09/2026
protocollo-quali = Which entries
protocollo-tutte = All
protocollo-solo-annullate = Annulled only
protocollo-niente = No entry matches the search.
protocollo-vuoto = The register is empty.
protocollo-elenco = { $total ->
    [one] 1 entry, the latest first
   *[other] { $total } entries, the latest first
 }
protocollo-numero = Number
protocollo-stato = State
protocollo-valida = Valid
protocollo-annullata = Annulled
protocollo-voce = Entry { $numero }
protocollo-dati = Data of the entry
protocollo-registro = Register (AOO)
protocollo-registrata = Registered
protocollo-presentata = Presented
protocollo-mittente = Sender
protocollo-uscita = Outgoing, to { $nome }
protocollo-oggetto = Subject
protocollo-classificazione = Title and class
protocollo-fascicolo = File
protocollo-impronta = SHA-256 digest
protocollo-pratiche = Applications of the entry
protocollo-annullo-titolo = Entry annulled
protocollo-annullata-il = When
protocollo-annullata-da = Who annulled it
protocollo-annulla-titolo = Annul the entry
protocollo-annulla-testo = The entry stays in the register, marked as annulled. There is no way back. The applications do not change.
protocollo-annulla = Annul the entry
protocollo-annulla-fatto = The entry is annulled.
protocollo-annulla-tardi = This entry cannot be annulled here: it is annulled already, or it stands in the protocol system of the comune.
protocollo-motivo = Reason
protocollo-motivo-aiuto = For example: the same application is registered twice.
protocollo-motivo-manca = Write the reason, at most { $max } characters
protocollo-atto = Act that allows it
protocollo-atto-aiuto = For example: Determina n. 41 of 3 September 2026.
protocollo-atto-manca = Write which act it is, at most { $max } characters
protocollo-giornalieri = Daily registers
protocollo-giornalieri-testo = Each day with entries or annulments has a document that never changes. Each holds the digest of the one before. It is archived by the next working day.
protocollo-giornalieri-vuoti = There is no daily register yet.
protocollo-giornalieri-elenco = Daily registers, the latest first
protocollo-giorno = Day
protocollo-progressivo = Place
protocollo-contenuto = Content
protocollo-giornaliero-voci = Entries: { $registrate }. Annulments: { $annullate }.
protocollo-giornaliero-numeri = Numbers from { $primo } to { $ultimo }
protocollo-giornaliero-nessuno = No new number

emergenza-vai = Emergency register
emergenza-titolo = Emergency register
emergenza-testo = The protocol system gives the numbers by itself, as soon as it answers. If it does not answer for long, the person in charge opens an interruption: from then on applications get a number of the emergency register. The date that counts stays that of sending.
emergenza-attesa = { $quante ->
    [one] 1 application waits for its protocol number, since { $dal }.
   *[other] { $quante } applications wait for their protocol number, the first since { $dal }.
 }
emergenza-attesa-niente = No application waits for its protocol number.
emergenza-apri-titolo = Open an interruption
emergenza-apri-testo = Applications that wait are entered into the emergency register at once. The authorisation is good for a week at most.
emergenza-apri = Open the interruption
emergenza-apri-tardi = It cannot be opened now: an interruption is open already, or no application has waited for at least 15 minutes.
emergenza-aperta = The interruption is open. Applications get a number of the emergency register.
emergenza-causa = Cause
emergenza-causa-aiuto = For example: failure at the provider of the protocol system.
emergenza-causa-manca = Write the cause, { $max } characters at most
emergenza-chiudi-titolo = Interruption under way
emergenza-chiudi-testo = When the protocol system works again, close the interruption: applications are carried over with their emergency number and the date of sending.
emergenza-chiudi = The protocol system works again
emergenza-chiudi-tardi = This interruption is closed already.
emergenza-chiusa = The interruption is closed. Applications are being carried over.
emergenza-elenco-attesa = Applications that wait for their number, the oldest first
emergenza-numero = Emergency number
emergenza-nessun-numero = None
emergenza-in-attesa = Waiting
emergenza-rifiutata = The protocol system refuses it
emergenza-elenco-voci = Emergency register, the latest entry first
emergenza-riportata = Protocol number
emergenza-da-riportare = To be carried over
emergenza-elenco-interruzioni = Interruptions, the latest first
emergenza-inizio = Beginning
emergenza-fine = End
emergenza-in-corso = Under way
emergenza-dichiarata = Declared by
emergenza-voci = Entries: { $voci }. Carried over: { $riportate }.
