// The words of the window, in the language of the browser: one line for each, in all languages.

import { HINTS_ZH } from "./hints_zh.js";
import { MEANINGS_ZH } from "./meanings_zh.js";

const LANGUAGES = ["en", "zh", "de", "ja", "es", "fr"];

const WORDS = {
  "skip": ["To the card", "跳到卡片", "Zur Karte", "カードへ", "Ir a la tarjeta", "Aller à la carte"],
  "notes": ["Notes", "笔记", "Notizen", "ノート", "Apuntes", "Notes"],
  "close": ["Close", "关闭", "Schließen", "閉じる", "Cerrar", "Fermer"],
  "search": ["Search", "搜索", "Suchen", "検索", "Buscar", "Rechercher"],
  "thumbs": ["Thumbnails", "缩略图", "Miniaturen", "サムネイル", "Miniaturas", "Vignettes"],
  "contents": ["Contents", "目录", "Inhalt", "目次", "Índice", "Sommaire"],
  "width": ["Width", "宽度", "Breite", "幅", "Ancho", "Largeur"],
  "height": ["Height", "高度", "Höhe", "高さ", "Alto", "Hauteur"],
  "views": ["What is shown", "显示内容", "Ansicht", "表示内容", "Vista", "Vue"],
  "cards": ["Cards", "卡片", "Karten", "カード", "Tarjetas", "Cartes"],
  "pages": ["Pages", "页面", "Seiten", "ページ", "Páginas", "Pages"],
  "problems": ["Problems", "问题", "Probleme", "問題", "Problemas", "Problèmes"],
  "theme": ["Light or dark window", "浅色或深色窗口", "Fenster hell oder dunkel", "ウィンドウの明暗", "Ventana clara u oscura", "Fenêtre claire ou sombre"],
  "keys": ["Keys", "快捷键", "Tasten", "キー操作", "Teclas", "Raccourcis"],
  "tools": ["Tools", "工具", "Werkzeuge", "ツール", "Herramientas", "Outils"],
  "before": ["Card before", "上一张", "Vorige Karte", "前のカード", "Anterior", "Précédente"],
  "after": ["Next card", "下一张", "Nächste Karte", "次のカード", "Siguiente", "Suivante"],
  "side": ["Side", "面", "Seite der Karte", "面", "Cara", "Face"],
  "front": ["Front", "正面", "Vorderseite", "表", "Anverso", "Recto"],
  "back": ["Back", "背面", "Rückseite", "裏", "Reverso", "Verso"],
  "both": ["Both", "两面", "Beide", "両面", "Ambas", "Les deux"],
  "all": ["All", "全部", "Alle", "すべて", "Todas", "Toutes"],
  "faces": ["Cards of this note", "此笔记的卡片", "Karten dieser Notiz", "このノートのカード", "Tarjetas de esta nota", "Cartes de cette note"],
  "screen": ["Screen", "屏幕", "Bildschirm", "画面", "Pantalla", "Écran"],
  "device": ["Desktop or phone", "电脑或手机", "Computer oder Telefon", "パソコンまたはスマホ", "Ordenador o móvil", "Ordinateur ou téléphone"],
  "desktop": ["Desktop", "电脑", "Computer", "パソコン", "Ordenador", "Ordinateur"],
  "tablet": ["Tablet", "平板", "Tablet", "タブレット", "Tableta", "Tablette"],
  "phone": ["Phone", "手机", "Telefon", "スマホ", "Móvil", "Téléphone"],
  "own": ["Own size", "自定义尺寸", "Eigene Größe", "サイズ指定", "Tamaño propio", "Taille libre"],
  "night": ["Night", "夜间", "Nacht", "ナイト", "Noche", "Nuit"],
  "markdown": ["Markdown", "Markdown", "Markdown", "Markdown", "Markdown", "Markdown"],
  "study": ["Study", "学习", "Lernen", "学習", "Estudiar", "Réviser"],
  "more": ["More", "更多", "Mehr", "その他", "Más", "Plus"],
  "turn": ["Turn", "翻面", "Umdrehen", "めくる", "Girar", "Retourner"],
  "next": ["Next", "下一张", "Weiter", "次へ", "Siguiente", "Suivante"],
  "show_answer": ["Show answer", "显示答案", "Antwort zeigen", "答えを表示", "Mostrar respuesta", "Voir la réponse"],
  "form": ["Form", "版式", "Form", "形式", "Formato", "Format"],
  "page": ["Page", "页", "Seite", "ページ", "Página", "Page"],
  "page_n": ["Page {0}", "第 {0} 页", "Seite {0}", "{0} ページ", "Página {0}", "Page {0}"],
  "smaller": ["Smaller", "缩小", "Kleiner", "縮小", "Reducir", "Réduire"],
  "larger": ["Larger", "放大", "Größer", "拡大", "Ampliar", "Agrandir"],
  "fit": ["Fit", "适合宽度", "Einpassen", "幅に合わせる", "Ajustar", "Ajuster"],
  "two_up": ["Two pages", "双页", "Zwei Seiten", "見開き", "Dos páginas", "Deux pages"],
  "card_here": ["Card on this page", "本页的卡片", "Karte dieser Seite", "このページのカード", "Tarjeta de esta página", "Carte de cette page"],
  "in_print": ["In print", "打印页", "Im Druck", "印刷ページ", "En papel", "Sur papier"],
  "readings": ["Ways to read this file", "此文件的读法", "Lesarten dieser Datei", "このファイルの読み方", "Lecturas de este archivo", "Lectures de ce fichier"],
  "form_handout": ["Handout", "讲义", "Handzettel", "配布資料", "Apuntes", "Polycopié"],
  "form_quiz": ["Quiz", "测验", "Fragebogen", "クイズ", "Cuestionario", "Quiz"],
  "form_test": ["Test", "试卷", "Test", "テスト", "Examen", "Contrôle"],
  "form_test-key": ["Answers", "答案", "Lösungen", "解答", "Soluciones", "Corrigé"],
  "form_flashcards": ["Cards to cut out", "可裁剪卡片", "Karten zum Ausschneiden", "切り取りカード", "Tarjetas recortables", "Cartes à découper"],
  "form_testpage": ["Printer test", "打印测试", "Druckertest", "印刷テスト", "Prueba de impresión", "Test d’impression"],
  "error": ["Error", "错误", "Fehler", "エラー", "Error", "Erreur"],
  "errors": ["Errors", "错误", "Fehler", "エラー", "Errores", "Erreurs"],
  "warning": ["Warning", "警告", "Warnung", "警告", "Aviso", "Avertissement"],
  "warnings": ["Warnings", "警告", "Warnungen", "警告", "Avisos", "Avertissements"],
  "info": ["Note", "提示", "Hinweis", "お知らせ", "Nota", "Remarque"],
  "infos": ["Notes", "提示", "Hinweise", "お知らせ", "Notas", "Remarques"],
  "unsure_file": ["Not sure which questions this file means: choose", "不确定此文件的题目：请选择", "Unsicher, welche Fragen diese Datei meint: wählen", "どれが問題か不確か：選ぶ", "Dudas sobre las preguntas de este archivo: elegir", "Questions incertaines dans ce fichier : choisir"],
  "next_edition": ["Next edition: {0}", "下一版：{0}", "Nächste Ausgabe: {0}", "次の版：{0}", "Próxima edición: {0}", "Prochaine édition : {0}"],
  "changed_cards": ["{0} cards change with the next edition", "下一版有 {0} 张卡片变化", "{0} Karten ändern sich mit der nächsten Ausgabe", "次の版で {0} 枚が変わります", "{0} tarjetas cambian en la próxima edición", "{0} cartes changent à la prochaine édition"],
  "state_new": ["new", "新增", "neu", "新規", "nueva", "nouvelle"],
  "state_restored": ["restored", "恢复", "zurück", "復元", "restaurada", "rétablie"],
  "state_reworded": ["reworded", "改写", "umformuliert", "言い換え", "reformulada", "reformulée"],
  "state_edited": ["edited", "已编辑", "bearbeitet", "編集", "editada", "modifiée"],
  "state_moved": ["moved", "移动", "verschoben", "移動", "trasladada", "déplacée"],
  "state_renumbered": ["renumbered", "重新编号", "neu nummeriert", "番号変更", "renumerada", "renumérotée"],
  "state_retyped": ["other type", "换类型", "anderer Typ", "種類変更", "otro tipo", "autre type"],
  "state_recorded": ["recorded", "已记录", "vermerkt", "記録", "anotada", "notée"],
  "state_removed": ["removed", "删除", "entfernt", "削除", "eliminada", "supprimée"],
  "kind_choice": ["choice", "选择", "Auswahl", "選択", "opciones", "choix"],
  "kind_typein": ["type-in", "填写", "eintippen", "入力", "escribir", "à saisir"],
  "kind_cloze": ["cloze", "填空", "Lücke", "穴埋め", "huecos", "texte à trous"],
  "kind_reversed": ["reversed", "双向", "beidseitig", "両方向", "inversa", "inversée"],
  "hits": ["{0} of {1}", "{0} / {1}", "{0} von {1}", "{0} / {1}", "{0} de {1}", "{0} sur {1}"],
  "no_hit": ["Nothing has these words", "没有匹配的卡片", "Nichts gefunden", "見つかりません", "Nada encontrado", "Aucun résultat"],
  "search_in": ["Questions, answers, hints, tags, paths and ids are searched. Narrow with", "搜索范围：问题、答案、提示、标签、路径、编号。可用：", "Gesucht wird in Fragen, Antworten, Hinweisen, Schlagwörtern, Pfaden und Kennungen. Eingrenzen mit", "質問・答え・ヒント・タグ・パス・IDを検索します。絞り込み：", "Se busca en preguntas, respuestas, pistas, etiquetas, rutas e identificadores. Acotar con", "La recherche porte sur questions, réponses, indices, étiquettes, chemins et identifiants. Affiner avec"],
  "filter": ["Filter", "筛选", "Filtern", "絞り込み", "Filtrar", "Filtrer"],
  "card_fault": ["This card cannot be shown", "无法显示此卡片", "Diese Karte kann nicht gezeigt werden", "このカードは表示できません", "No se puede mostrar esta tarjeta", "Cette carte ne peut être affichée"],
  "others_go_on": ["The others go on.", "其他卡片不受影响。", "Die anderen gehen weiter.", "ほかのカードは見られます。", "Las demás siguen.", "Les autres restent visibles."],
  "edit": ["Open in the editor", "在编辑器中打开", "Im Editor öffnen", "エディターで開く", "Abrir en el editor", "Ouvrir dans l’éditeur"],
  "copy": ["Copy", "复制", "Kopieren", "コピー", "Copiar", "Copier"],
  "copy_path": ["Copy the place", "复制位置", "Stelle kopieren", "場所をコピー", "Copiar el lugar", "Copier l’emplacement"],
  "copy_link": ["Copy link", "复制链接", "Link kopieren", "リンクをコピー", "Copiar enlace", "Copier le lien"],
  "copied": ["Copied", "已复制", "Kopiert", "コピーしました", "Copiado", "Copié"],
  "deck": ["Deck", "牌组", "Stapel", "デッキ", "Mazo", "Paquet"],
  "tag": ["Tag", "标签", "Schlagwort", "タグ", "Etiqueta", "Étiquette"],
  "on_this_card": ["Problems on this card: {0}", "此卡片的问题：{0}", "Probleme auf dieser Karte: {0}", "このカードの問題：{0}", "Problemas de esta tarjeta: {0}", "Problèmes de cette carte : {0}"],
  "edition": ["Edition", "版本", "Ausgabe", "版", "Edición", "Édition"],
  "unchanged": ["unchanged", "未变", "unverändert", "変更なし", "sin cambios", "inchangée"],
  "kind": ["Card type", "卡片类型", "Kartentyp", "カードの種類", "Tipo", "Type"],
  "number": ["Number", "编号", "Nummer", "番号", "Número", "Numéro"],
  "identity": ["Id", "编号", "Kennung", "ID", "Id", "Id"],
  "why": ["Why it is a card", "为什么是卡片", "Warum das eine Karte ist", "カードになった理由", "Por qué es una tarjeta", "Pourquoi c’est une carte"],
  "choose_other": ["Choose another explanation", "选择其他读法", "Andere Lesart wählen", "別の読み方を選ぶ", "Elegir otra lectura", "Choisir une autre lecture"],
  "show_card": ["Show the card", "显示卡片", "Karte zeigen", "カードを表示", "Mostrar la tarjeta", "Montrer la carte"],
  "no_card_here": ["No card: here is the place", "没有卡片，位置见此处", "Keine Karte: hier ist die Stelle", "カードなし：場所はここ", "Sin tarjeta: este es el lugar", "Pas de carte : voici l’endroit"],
  "fetch_them": ["Fetch them: restart with", "获取它们：重新运行", "Holen: neu starten mit", "取得するには再起動：", "Descargarlas: reiniciar con", "Les récupérer : relancer avec"],
  "look_through": ["Look through them", "逐个查看", "Durchsehen", "順に見る", "Revisarlos", "Les parcourir"],
  "no_problem": ["Nothing to complain about", "一切正常", "Nichts zu beanstanden", "問題はありません", "Nada que objetar", "Rien à signaler"],
  "no_problem_more": ["Errors, warnings and notes on what was left out stand here.", "错误、警告和遗漏提示会显示在这里。", "Fehler, Warnungen und Hinweise auf Ausgelassenes stehen hier.", "エラー、警告、省かれた内容がここに出ます。", "Aquí aparecen errores, avisos y lo que quedó fuera.", "Erreurs, avertissements et omissions s’affichent ici."],
  "no_problem_fits": ["No problem fits the filter", "没有符合筛选的问题", "Kein Problem passt zum Filter", "該当する問題はありません", "Ningún problema coincide", "Aucun problème ne correspond"],
  "severity": ["Severity", "严重程度", "Schwere", "重要度", "Gravedad", "Gravité"],
  "code": ["Code", "代码", "Code", "コード", "Código", "Code"],
  "files": ["Files", "文件", "Dateien", "ファイル", "Archivos", "Fichiers"],
  "stale": ["Not up to date:", "未更新：", "Nicht aktuell:", "最新ではありません：", "Desactualizado:", "Pas à jour :"],
  "failed": ["Failed:", "失败：", "Fehlgeschlagen:", "失敗：", "Error:", "Échec :"],
  "would_stop": ["A build stops here:", "构建会在此停止：", "Ein Bau hält hier an:", "ビルドはここで止まります：", "La construcción se detiene aquí:", "La construction s’arrête ici :"],
  "unreadable": ["the notes cannot be read", "无法读取笔记", "die Notizen sind nicht lesbar", "ノートを読めません", "no se pueden leer los apuntes", "notes illisibles"],
  "read_last": ["Below is what was read last.", "下面是上次读取的内容。", "Unten steht, was zuletzt gelesen wurde.", "下は前回読んだ内容です。", "Abajo, lo último que se leyó.", "Ci-dessous, la dernière lecture."],
  "no_file": ["No such file among the notes", "笔记中没有此文件", "Keine solche Datei", "このファイルはありません", "No existe ese archivo", "Fichier introuvable"],
  "by_author": ["your own rule", "你的规则", "Ihre Regel", "あなたの規則", "regla propia", "votre règle"],
  "sure": ["sure", "确定", "sicher", "確か", "seguro", "sûr"],
  "probably right": ["probably right", "很可能正确", "wahrscheinlich richtig", "おそらく正しい", "probablemente correcto", "probablement juste"],
  "not sure, look at it": ["not sure, look at it", "不确定，请查看", "unsicher, bitte ansehen", "不確か：確認してください", "dudoso, revíselo", "incertain, à vérifier"],
  "a guess, look at it": ["a guess, look at it", "只是猜测，请查看", "nur geraten, bitte ansehen", "推測です：確認してください", "una conjetura, revísela", "une supposition, à vérifier"],
  "which_questions": ["Which are the questions of this file?", "此文件的题目是哪些？", "Was sind die Fragen dieser Datei?", "このファイルの質問はどれですか？", "¿Cuáles son las preguntas de este archivo?", "Quelles sont les questions de ce fichier ?"],
  "no_deck_toml": ["There is no deck.toml to write the choice into: “make-deck init” makes one.", "没有 deck.toml 可写入选择：运行 “make-deck init” 创建。", "Es gibt keine deck.toml, in die die Wahl geschrieben wird: „make-deck init“ legt sie an.", "選択を書き込む deck.toml がありません：「make-deck init」で作成できます。", "No hay deck.toml donde escribir la elección: «make-deck init» lo crea.", "Aucun deck.toml où écrire le choix : « make-deck init » en crée un."],
  "next_unsure": ["Next unsure file", "下一个不确定的文件", "Nächste unsichere Datei", "次の不確かなファイル", "Siguiente archivo dudoso", "Fichier incertain suivant"],
  "back_to_cards": ["Back to the cards", "返回卡片", "Zurück zu den Karten", "カードに戻る", "Volver a las tarjetas", "Retour aux cartes"],
  "no_cards": ["no card", "无卡片", "keine Karte", "カードなし", "ninguna tarjeta", "aucune carte"],
  "n_cards": ["{0} cards", "{0} 张卡片", "{0} Karten", "{0} 枚", "{0} tarjetas", "{0} cartes"],
  "take_this": ["Take this one", "选这个", "Diese nehmen", "これにする", "Elegir esta", "Choisir celle-ci"],
  "keep_this": ["Keep this one", "保留这个", "Diese behalten", "このままにする", "Mantener esta", "Garder celle-ci"],
  "is_taken": ["Chosen", "已选择", "Gewählt", "選択済み", "Elegida", "Choisie"],
  "not_written": ["The rule was not written", "规则未写入", "Die Regel wurde nicht geschrieben", "規則を書き込めませんでした", "No se escribió la regla", "La règle n’a pas été écrite"],
  "rule_written": ["“{0}” stands in deck.toml now", "“{0}” 已写入 deck.toml", "„{0}“ steht jetzt in deck.toml", "「{0}」を deck.toml に書きました", "«{0}» está ahora en deck.toml", "« {0} » figure dans deck.toml"],
  "typesetting": ["Typesetting pages", "正在排版", "Seiten werden gesetzt", "組版中", "Componiendo páginas", "Mise en page"],
  "typesetting_more": ["The pages come as soon as they are ready.", "完成后即显示页面。", "Die Seiten kommen, sobald sie fertig sind.", "できしだい表示します。", "Las páginas llegan en cuanto estén listas.", "Les pages arrivent dès qu’elles sont prêtes."],
  "no_pages": ["No pages", "没有页面", "Keine Seiten", "ページなし", "Sin páginas", "Pas de pages"],
  "no_pages_more": ["Settings ask for no printed form, or it could not be made: see Problems.", "设置未要求打印版式，或无法生成：见“问题”。", "Die Einstellungen verlangen keine Druckform, oder sie gelang nicht: siehe Probleme.", "印刷形式の指定がないか、作成できませんでした：「問題」を参照。", "La configuración no pide forma impresa, o no se pudo hacer: véase Problemas.", "Aucune forme imprimée demandée, ou échec : voir Problèmes."],
  "reading_notes": ["Reading the notes", "正在读取笔记", "Notizen werden gelesen", "ノートを読み込み中", "Leyendo los apuntes", "Lecture des notes"],
  "no_card_yet": ["No card yet", "还没有卡片", "Noch keine Karte", "カードはまだありません", "Aún no hay tarjetas", "Pas encore de carte"],
  "live": ["Live", "实时", "Aktuell", "ライブ", "En vivo", "En direct"],
  "lost": ["The preview has ended", "预览已结束", "Die Vorschau ist beendet", "プレビューは終了しました", "La vista previa terminó", "L’aperçu est terminé"],
  "connecting": ["Connecting", "连接中", "Verbinde", "接続中", "Conectando", "Connexion"],
  "changed": ["Cards changed: {0}", "卡片已更改：{0}", "Geänderte Karten: {0}", "変更されたカード：{0}", "Tarjetas cambiadas: {0}", "Cartes modifiées : {0}"],
  "show": ["Show", "显示", "Zeigen", "表示", "Mostrar", "Afficher"],
  "follow": ["Follow edits", "跟随编辑", "Änderungen folgen", "編集に追従", "Seguir los cambios", "Suivre les modifications"],
  "follow_on": ["Follows edits", "正在跟随编辑", "Folgt Änderungen", "編集に追従します", "Sigue los cambios", "Suit les modifications"],
  "follow_off": ["Stays on this card", "停留在此卡片", "Bleibt bei dieser Karte", "このカードにとどまります", "Se queda en esta tarjeta", "Reste sur cette carte"],
  "space": ["space", "空格", "Leertaste", "スペース", "espacio", "espace"],
  "next_before": ["next, before", "下一张、上一张", "nächste, vorige", "次、前", "siguiente, anterior", "suivante, précédente"],
  "turn_card": ["turn the card", "翻面", "Karte umdrehen", "カードをめくる", "girar la tarjeta", "retourner la carte"],
  "next_problem": ["next problem, before", "下一个问题、上一个", "nächstes Problem, voriges", "次の問題、前", "siguiente problema, anterior", "problème suivant, précédent"],
  "next_region": ["next part of the window", "窗口下一区域", "nächster Fensterbereich", "次の領域", "siguiente zona", "zone suivante"],
};

const wanted = (navigator.languages ?? [navigator.language]).map(tag => tag.slice(0, 2).toLowerCase());
const language = wanted.find(tag => LANGUAGES.includes(tag)) ?? "en";
const column = LANGUAGES.indexOf(language), numbers = new Intl.NumberFormat(language);

// A word; `{0}` is the first of what is put in. `key` may be the word itself where the table has none.
export const t = (key, ...values) => (WORDS[key]?.[column] ?? (typeof values[0] === "string" && !WORDS[key] ? values[0] : key)).replace(/\{(\d)\}/g, (_, i) => values[i]);
// What a message means, by its code, where somebody has put that into the language of the browser; else as it is given.
export const meaningOf = (code, given) => (language === "zh" && MEANINGS_ZH[code]) || given;
// What helps, in the same way: by the words that all hints of a kind share.
export function hintOf(given) {
  if (language !== "zh") return given;
  for (const [hint, meaning] of HINTS_ZH) {
    const kind = hint.split(/\{\d\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+)");
    const found = given.match(new RegExp(`^${kind}$`, "s"));
    if (found) return meaning.replace(/\{(\d)\}/g, (_, i) => found[Number(i) + 1]);
  }
  return given;
}
export const n = number => numbers.format(number);
export const kindName = kind => t(`kind_${kind}`, kind);
export const stateName = state => t(`state_${state}`, state);
export const severityName = (severity, count) => t(count === 1 ? severity : `${severity}s`);

// Write the words into the page: `data-t` is the text, `data-t-label` what is said of what has none.
export function applyWords(under = document) {
  document.documentElement.lang = language;
  for (const place of under.querySelectorAll("[data-t]")) place.append(t(place.dataset.t));
  for (const place of under.querySelectorAll("[data-t-label]")) {
    const text = t(place.dataset.tLabel);
    place.setAttribute("aria-label", text);
    if (place.matches("button, input, .sizer")) place.title = text;
  }
  const search = document.getElementById("search");
  search.placeholder = t("search");
}
