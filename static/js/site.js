// @ts-check
// Everything that the pages run, in one file once it is collected (pages/static_files.py). Each module looks for its own
// element and does nothing on a page without it. The order is that of their listeners: who must ask first stands first.
import "./frame/menu.js";
import "./frame/error_summary.js";
import "./frame/submit_once.js";
import "./frame/unsaved.js";
import "./frame/busy.js";
import "./frame/failed_parts.js";
import "./frame/in_use.js";
import "./drafts/sign_out.js";
import "./offline/page.js";
import "./offline/sign_out.js";
import "./offline/app.js";
import "./evidence/ksb_picker.js";
import "./evidence/markdown_box.js";
import "./evidence/recorder.js";
import "./evidence/uploader.js";
import "./evidence/draft.js";
import "./evidence/ksb_grid.js";
import "./files/file_list.js";
import "./files/viewer.js";
import "./files/marker_form.js";
import "./judging/review_draft.js";
import "./judging/review_keys.js";
import "./catalogue/map_focus.js";
import "./people/passkeys.js";
