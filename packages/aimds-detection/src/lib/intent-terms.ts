// The terms of intent-lexicon.ts: class name, then words and stems. At most 31 classes. A new term changes the
// features, so the model must be trained again.

/** Words by class. Languages in turn: en es fr de pt it nl pl ru uk tr ar hi zh ja ko, then some of others. */
export const INTENT_TERMS: Readonly<Record<string, string>> = {
  override: `
    ignor* disregard* forget* forgot overlook* overrid* bypass* dismiss* neglect* discard* abandon* circumvent*
    supersed* invalidat* nullif* void revok* unlearn skip scrap
    olvid* descart* omit* omiti* anul*
    oubli* neglig* annul* outrepass* contourn*
    vergiss vergess* missacht* ignorier* verwirf verwerf* umgeh* ueberschreib* uberschreib*
    esquec* ignore desconsider* descart* anul* contorn*
    dimentic* scord* ignora* trascur* annull* aggir*
    negeer negeren vergeet vergeten omzeil* overschrijf*
    zignoruj* ignoruj* zapomn* pomin* pomij* odrzuc* obejd*
    игнорир* проигнорир* забуд* забыть пренебре* отмен* обойд* обойти отбрось*
    ігнору* проігнору* забуд* відкинь* обійд*
    yoksay* unut* gormezden yoksayin atla gecersiz
    تجاهل* انس انسى انسي تجاوز* اهمل* الغ الغي
    अनदेखा अनदेखी नजरअंदाज नज़रअंदाज़ भूल भूलो भुला उपेक्षा bhool bhul bhula nazarandaz chhod chhodo
    忽略 忽视 无视 無視 忘记 忘掉 忘記 不要理会 绕过 覆盖 跳过 抛弃
    無視 忘れ 破棄 無効
    무시* 잊어* 잊으* 잊고 우회* 무효*
    abaikan lupakan kesampingkan glom ignorera glem ignoreer ignoruj* zapomen* ignora uita* αγνο* ξεχ*`,
  prior: `
    previous* prior preceding foregoing earlier above aforementioned original initial existing former past
    before past old
    anterior* previ* arriba
    precedent* anterieur* ci-dessus
    vorherig* vorig* bisherig* obig* vorangegangen* vorstehend* fruher* zuvor
    acima
    precedent* sopra
    vorige eerdere bovenstaande voorgaande
    poprzedni* wczesniejsz* powyzsz* dotychczas*
    предыдущ* прежн* выше вышеуказан* предшеств* ранее
    попередн* вище
    onceki* yukaridaki*
    السابقة السابق السابقه اعلاه
    पिछले पिछली पिछला पहले ऊपर pichle pichli pichla pehle
    之前 以前 先前 上述 以上 前面
    以前 上記 前の これま 今まで
    이전* 앞의 위의 기존* 지금까지
    sebelumnya tidigare forrige tidligere predchoz* precedente anterioare προηγουμεν*`,
  every: `
    any all every entire whole everything todo todas todos toutes tous tout alle alles tudo tutte tutti tutto
    wszystk* все всё всех усі всі tum butun جميع كل सभी सारे saare sare sabhi 所有 全部 一切 すべて 全て 모든 semua`,
  instruction: `
    instruct* prompt* rule rules guideline* directive* direction directions command* constraint* restriction*
    polic* programming protocol* safeguard* guardrail* limitation* context boundar* order orders filter*
    instrucc* regla* directriz directric* indicacion* restriccion* orden* limitacion*
    consigne* regle* directive* instruction* contrainte* restriction*
    anweisung* regel* richtlinie* vorgabe* befehl* beschrankung* instruktion* einschrankung*
    instruc* regra* diretriz* orienta* restric*
    istruzion* regol* direttiv* vincol* restrizion* comand*
    instructie* regels richtlijn* opdracht* beperking*
    instrukcj* polecen* zasad* regul* wytyczn* ogranicze*
    инструкци* указани* правил* команд* ограничени* директив* распоряжени* промпт*
    інструкці* вказівк* правил* обмежен*
    talimat* kural* yonerge* komut* kisitlama*
    التعليمات تعليمات تعليماتك القواعد قواعد الاوامر اوامر الارشادات القيود قيود توجيهات
    निर्देश* नियम* आदेश* हिदायत* प्रतिबंध* nirdesh* niyam* aadesh* instructions
    指令 指示 规则 規則 提示 限制 约束 命令 说明 要求 设定
    指示 命令 ルール 規則 制限 制約 プロンプ 指令 設定
    지시* 명령* 규칙* 지침* 제한* 프롬프트* 설정*
    instruksi aturan perintah petunjuk instruktion* instruks* pokyn* pravidl* instructiun* regul* οδηγι* κανον*`,
  hidden: `
    system hidden secret* confidential* internal initial preamble verbatim undisclosed developer
    sistema ocult* secret* intern* confidencial*
    systeme cache* secret* interne* confidentiel*
    systemprompt* versteckt* geheim* intern* vertraulich* systemanweisung*
    sistema ocult* secret* segret* nascost* riservat*
    systeem verborgen geheim* vertrouwelijk*
    systemow* ukryt* tajn* poufn*
    систем* скрыт* секрет* внутренн* конфиденциальн* тайн*
    системн* прихован* таємн*
    sistem* gizli*
    النظام السرية سرية سري المخفية الداخلية
    सिस्टम गुप्त छिपे छुपे आंतरिक gupt chhupa andar internal
    系统 系統 隐藏 隱藏 秘密 机密 内部 开发者
    システム 隠さ 秘密 機密 内部 開発者
    시스템* 숨겨* 비밀* 내부* 기밀* 개발자*
    sistem rahasia tersembunyi`,
  reveal: `
    reveal* leak* disclos* expos* divulg* dump* print* recite* repeat* display* show output* echo list tell
    share quote reproduce regurgitate spill uncover
    revel* muestr* mostr* imprim* divulg* dime repit* filtr*
    revel* affich* montr* divulg* imprim* repet* donne*
    zeig* verrat* offenbar* offenleg* wiederhol* nenn* gib
    revel* mostr* exib* imprim* repit* diga
    rivel* mostra* stampa* ripet* elenca* dimmi
    toon onthul* herhaal* geef vertel*
    ujawni* pokaz* wyswietl* powtorz* wypisz* podaj zdradz*
    покажи* раскр* выведи* повтори* напечатай* скажи* выдай* перечисли*
    покажи* розкр* виведи* повтори* скажи*
    goster* acikla* yazdir* tekrarla* soyle* ifsa
    اكشف اظهر اعرض كرر اطبع اخبرني افصح
    दिखाओ दिखाएं दिखाइए बताओ बताएं बताइए प्रकट दोहराओ dikhao dikha batao bata bataiye btao
    显示 顯示 告诉 告訴 透露 泄露 输出 打印 重复 展示 公开 列出
    表示 教えて 明かし 出力 繰り返 開示 見せて
    보여* 알려* 공개* 출력* 반복* 말해*
    tampilkan tunjukkan ungkapkan beritahu visa avsloja`,
  negation: `
    not never don't dont do'nt doesn't doesnt didn't without cannot can't cant won't shouldn't mustn't no nor
    avoid isn't aren't
    nunca jamas sin ne pas jamais sans nicht nie niemals kein* ohne nao nunca sem non mai senza niet nooit geen
    zonder nie nigdy bez не никогда без нет ні без degil asla لا لم ليس بدون دون नहीं मत बिना nahi mat bina na
    不要 不得 不能 不会 没有 禁止 别 しない なく ない 않 말고 없이 하지 jangan tidak tanpa inte aldrig ikke`,
  role: `
    act acting pretend* roleplay* role-play* role simulat* imagin* persona* character impersonat* emulat*
    portray* embody become transform*
    actua* finge* imagin* rol papel personaje comporta* agis fais joue role incarne personnage
    spiel* rolle tu handle* stell verhalt* benimm agier*
    aja atue finja fing* papel personagem agisci fingi ruolo recita interpreta personaggio
    doe speel rol gedraag doen
    udawaj* rol* zachowuj* wciel* graj
    притвор* представь* сыграй* роль роли веди действуй* изображай*
    уяви* роль дій прикинь*
    rol* davran* gibi
    تظاهر تصرف دور العب تخيل
    अभिनय भूमिका बनकर बनो nataki bano banke kirdar role
    扮演 假装 假裝 角色 模拟 充当 作为 演じ 役割 ふり なりき キャラク
    역할* 연기* 척* 흉내* 가정*
    berpura peran bertindak`,
  assistant: `
    ai ais assistant* chatgpt chatbot* gpt gpt4 claude gemini llm llms bot agent* copilot model models bard
    openai anthropic llama mistral grok bing deepseek
    asistente* modelo assistant* modele assistent* modell* ki assistente* modello asystent* model*
    ассистент* помощник* модел* ии бот* asistan* yapay المساعد الذكاء सहायक एआई 助手 人工智 模型 助理 アシスタ
    모델* 어시스턴트* 인공지능*`,
  unbound: `
    unrestricted unfiltered uncensored jailbr* jailbroken dan amoral immoral unethical unlimited limitless
    unconstrained unbound liberated freed freedom anything devmode evil rebellious sentient dude stan aim
    lawless untrammelled unshackled godmode omnipotent
    restriccion* censura ilimitad* libre moral* etic* ethi* illimit* libre* grenzenlos* uneingeschrankt*
    unzensiert* frei ungefiltert* irrestrit* livre* senza illimitat* liber* onbeperkt* ongefilterd*
    nieograniczon* nieocenzurowan* swobodn* неограниченн* свободн* цензур* моральн* этик* этическ* обмежень
    sinirsiz* sansur* ozgur* بلا مقيد حر اخلاق* प्रतिबंध* आज़ाद azad नैतिक* 无限制 不受限 自由 道德 伦理 审查 越狱
    無制限 自由 倫理 検閲 脱獄 제약* 자유* 윤리* 검열* 탈옥* 무제한*`,
  harm: `
    bomb* explosiv* malware ransomware weapon* meth drug* poison* kill* murder* terroris* hack* exploit*
    steal* illegal* crim* fraud* launder* virus trojan keylogger phish* suicide bioweapon* nazi hateful
    violen* porn* nsfw smut counterfeit* blackmail* ddos
    bomba* arma* drogue* bombe* waffe* droge* veneno* droga* bron narkotyk* бомб* оружи* наркотик* взрывчат*
    bomba* silah* قنبلة سلاح اسلحة बम हथियार bam hathiyar 炸弹 武器 毒品 黑客 爆弾 武器 毒薬 폭탄* 무기* 마약*`,
  send: `
    send sends sent email emails mail forward* upload* transmit* exfiltrat* post wire transfer* pay submit deliver*
    dispatch relay share bcc cc deposit remit message
    envia* enviar manda* reenvi* transfier* transf* envoie* envoy* transfer* transmet* sende* senden schick*
    ubertrag* uberweis* hochlad* envie* encaminh* invia* manda inoltra* stuur* verstuur* doorstuur* wyslij*
    przeslij* przelej* отправ* перешл* переслать переведи* пришли* надішл* gonder* ilet* yolla* ارسل ارسال حول
    भेजो भेजें भेज bhejo bhej 发送 發送 转发 上传 转账 发给 送信 転送 送っ 送って 보내* 전송* 전달* kirim*`,
  destroy: `
    delete* deleting remove* removing erase* wipe* drop destroy* purge* uninstall* disable* deactivat* cancel*
    overwrite* unlock terminate shutdown revoke
    elimina* borra* desactiva* supprim* efface* desactiv* losch* entfern* deaktivier* apag* exclu* delet*
    cancella* disattiva* verwijder* wis usun* skasuj* wylacz* удали* сотри* отключи* видали* sil* kaldir*
    احذف امسح عطل हटाओ हटाएं मिटा hatao mitao delete 删除 刪除 清空 禁用 关闭 削除 消去 無効化 삭제* 제거* hapus*`,
  execute: `
    execut* run runs call calls invoke* fetch* download* install* open visit* click* navigate* browse* launch*
    curl wget eval import load retrieve* access* query grant* add create update change modify set transfer
    schedule* book order buy purchase* read search look find check
    ejecuta* ejecut* descarga* abre visita* execut* ouvre* telecharg* clique* ausfuhr* fuhre offne* lade
    besuch* klick* execute* baixe* abra acesse* esegui* apri scarica* visita* voer open* wykonaj* uruchom*
    otworz* pobierz* выполни* запусти* открой* скачай* перейди* виконай* calistir* yurut* indir* tikla* نفذ شغل
    افتح حمل चलाओ खोलो chalao kholo 执行 執行 运行 调用 打开 下载 访问 点击 実行 開い 開いて 呼び出 ダウンロ
    실행* 열어* 호출* 다운로드* jalankan buka`,
  valuables: `
    password* passwords credential* api apikey token* secrets ssh env conversation* history transcript inbox
    contacts card cards bank account* balance ssn passphrase key keys cookies session database file files
    records data private personal pii medical billing payment iban wallet crypto bitcoin address addresses
    contrasena* clave* cuenta* datos tarjeta* passe* compte* donnees carte* passwort* kennwort* konto* daten
    schlussel* senha* conta dados cartao chave* dati conto chiave* carta wachtwoord* gegevens rekening haslo
    hasla dane klucz* konto парол* данн* ключ* счет* аккаунт* паролі sifre* parola* hesap veri* كلمة المرور
    بيانات حساب المفتاح पासवर्ड डेटा खाता कुंजी 密码 密碼 数据 密钥 账户 帐号 对话 パスワー データ 鍵 会話 口座
    비밀번호* 데이터* 계정* 대화* 키를`,
  fresh: `
    new now instead actual real updated following next henceforth onwards from today actually hereby below
    nuev* ahora siguiente* nouve* nouvelle* maintenant suivant* neu neue* neuen jetzt folgend* ab stattdessen
    nov* agora seguinte* adesso ora invece seguente* nieuw* nu volgende voortaan nowy* nowe teraz nastepuj*
    zamiast odtad нов* теперь сейчас отныне следующ* вместо замість тепер yeni* simdi artik bundan الان جديدة
    التالية نئے अब नया नई इसके ab naya nayi 现在 現在 新的 从现在 接下来 以下 改为 これか 新しい 今から 代わり 次の
    이제* 새로운 지금부터 대신 다음* sekarang baru nu nya`,
  task: `
    task* goal* objective* job mission assignment* duty duties role question request* query
    tarea* objetivo* mision tache* objectif* mission aufgabe* ziel auftrag tarefa* compito* obiettivo* taak
    taken opdracht zadani* zadanie cel задач* задани* цель завдан* gorev* مهمة المهمة مهام काम कार्य kaam 任务
    任務 目标 工作 问题 タスク 任務 仕事 目的 작업* 임무* 목표* 과제* tugas uppgift oppgave`,
  silence: `
    silently secretly quietly discreetly covertly mention* notify* inform* alert* acknowledg* telling aware
    noticed suspicious confirm* confirmation approval permission explain* disclaimer* warn* apolog* refus*
    silencio* informar mencion* avis* discret* mentionn* still heimlich erwahn* benachrichtig* silencios*
    avisar zonder melden potajemnie wspomin* informuj* тайно незаметно сообщай* упомина* говори* gizlice
    haber bahset* سرا تخبر تذكر चुपचाप बताना chupke bataye 悄悄 偷偷 不告诉 提及 通知 告知 密かに 黙って 知らせ
    몰래 언급* 알리지`,
  user: `
    user users human humans customer* operator reader recipient client* visitor owner
    usuario* utilisateur* benutzer* nutzer* usuari* utente utenti gebruiker* uzytkownik* пользовател* користувач*
    kullanici* المستخدم उपयोगकर्ता यूजर 用户 使用者 用戶 ユーザー 利用者 사용자* pengguna`,
  only: `
    only just exactly simply must strictly exclusively solely word exact verbatim nothing else
    solo solamente exactamente seulement uniquement exactement nur ausschliesslich genau apenas somente
    exatamente soltanto esattamente alleen enkel precies tylko wylacznie dokladnie только лишь ровно точно тільки
    sadece yalnizca فقط केवल सिर्फ sirf bas 只 仅 只能 只需 必须 だけ のみ 必ず 오직 만 반드시 hanya`,
  say: `
    say says respond* answer* reply replies write begin start output* print* translat* summar* repeat type state
    tell generate* produce compose
    responde* di escrib* repond* dis ecris antwort* sag sage schreib* respond* diga escrev* rispond* scrivi di
    antwoord* zeg schrijf odpowiedz* odpowiad* napisz* powiedz* ответ* скажи* напиши* пиши відпові* скажи* напиши*
    cevap* yanit* yaz soyle* اجب قل اكتب जवाब लिखो कहो jawab likho bolo 回答 回复 说 写 输出 翻译 答え 答えて 言って 書いて
    返答 回答 대답* 답변* 답해* 말해* 써줘 jawab* katakan tulis svara skriv svar`,
  authority: `
    admin administrator* root sudo developer* authorized authorised authorization clearance supervisor
    maintenance debug diagnostic* override security official ceo manager engineer* staff team compliance audit
    administrador* desarrollador* administrateur* developpeur* entwickler* administrator* verwaltung
    desenvolvedor* amministrator* sviluppator* beheerder* ontwikkelaar* deweloper* администратор* разработчик*
    адміністратор* розробник* yonetici* gelistirici* المسؤول المطور مدير प्रशासक डेवलपर एडमिन 管理员 管理員 开发者
    授权 管理者 開発者 権限 관리자* 개발자* 권한*`,
  urgent: `
    important* urgent* attention critical* immediately warning* notice required mandatory priority alert
    asap emergency stop halt
    importante* urgente* atencion inmediatamente attention immediatement wichtig* achtung dringend* sofort
    atencao imediatamente attenzione subito belangrijk* onmiddellijk waz* uwaga natychmiast pilne важн* внимание
    срочно немедленно важлив* увага терміново onemli* dikkat acil hemen مهم تنبيه عاجل فورا महत्वपूर्ण ध्यान तुरंत zaruri
    turant 重要 注意 紧急 立即 警告 緊急 至急 直ちに 중요* 주의* 긴급* 즉시* penting segera`,
  polite: `
    please kindly could would can help thanks thank pls plz
    favor gracias plait merci bitte danke porfavor obrigad* favore grazie alsjeblieft graag prosze пожалуйста
    спасибо lutfen رجاء من فضلك कृपया kripya please 请 謝謝 谢谢 ください お願い 부탁* 주세요 tolong`,
  fiction: `
    hypothetical* fiction* story stories novel scenario game movie play scene dialogue hypothetically tale
    character alternate universe dream grandma grandmother screenplay narrat*
    hipotetic* historia novela juego histoire roman jeu scenario hypothetisch* geschichte spiel szene historia
    jogo ipotetic* storia gioco romanzo verhaal spel fikcj* histori* gra gry гипотетич* истори* роман игр* сценари*
    hikaye oyun senaryo قصة لعبة رواية कहानी खेल kahani khel 故事 小说 游戏 假设 虚构 剧本 物語 小説 ゲーム 仮定
    이야기* 소설* 게임* 가상*`,
  encoding: `
    base64 rot13 hex decode* encode* cipher* morse reverse* backwards caesar binary ascii leetspeak leet
    decodifi* codific* decod* dekodier* kodier* entschlussel* codifica* zdekoduj* декодир* расшифр* coz 解码 编码
    解密 デコード 復号 디코딩* 해독*`,
  you: `
    you your you're youre yourself yours u ur
    tu tus usted tú ti vous votre vos tu te du dein* sie ihr* ihre voce seu sua você teu tuo tua voi je jij jouw
    uw twoj* twoje ty ты твои твой вас ваш* вы тебя ти твій ваш sen senin siz sizin انت أنت तुम आप तुम्हारे आपके
    तुम्हें tum tumhara tumhare aap aapke 你 你的 您 あなた 君 お前 당신* 너는 너의 kamu anda kau du din`,
  attackword: `
    attack* attacker* vulnerab* injection injections malicious adversar* detect* mitigat* defens* defend*
    payload* owasp cve researcher* untrusted sanitiz* sanitis* threat* exploit* pentest* red-team redteam*
    ataque* attaque* angriff* angreifer* ataque* attacc* aanval* atak* атак* уязвим* saldiri* هجوم हमला 攻击 漏洞 注入
    攻撃 脆弱 공격* 취약*`,
  reference: `
    example* such documentation chapter section tutorial article paper blog explain* discuss* describe* means
    called known overview introduction learn guide best practices example
    ejemplo* exemple* beispiel* exemplo* esempio voorbeeld przyklad* пример* ornek* مثال उदाहरण 例如 示例 例えば 例 예를
    예시`,
}
