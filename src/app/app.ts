import type {
  AdoptRequest,
  EnterOutcome,
  EnterRequest,
  OrderOutcome,
  OrderRequest,
  ProspectOutcome,
  ProspectRequest,
  RemoveOutcome,
  RemoveRequest,
} from './changes.ts';
import type { ChatOutcome, ChatRequest } from './conversation.ts';
import type { LoginOutcome, LoginRequest } from './login-person.ts';
import type { OnboardOutcome, OnboardRequest, Survey, SurveyRequest } from './onboarding.ts';
import type {
  DoctorOutcome,
  DoctorRequest,
  HistoryOutcome,
  HistoryRequest,
  LintOutcome,
  LintRequest,
  ListOutcome,
  ListRequest,
  StatusOutcome,
  StatusRequest,
  SyncOutcome,
  SyncRequest,
} from './questions.ts';
import type {
  CooldownClearOutcome,
  CooldownClearRequest,
  CooldownListOutcome,
  CooldownListRequest,
  ExplainOutcome,
  ExplainRequest,
  MarkOutcome,
  MarkRequest,
} from './rest.ts';
import type { UndoOutcome, UndoRequest } from './undo-outcome.ts';
import type {
  HandOutOutcome,
  HandOutRequest,
  RefreshOutcome,
  RefreshRequest,
  SecretsOutcome,
  SecretsRequest,
} from './uses.ts';

export type * from './changes.ts';
export type * from './conversation.ts';
export type * from './questions.ts';
export type * from './undo-outcome.ts';

/** The use cases, as the command line sees them. */
export interface App {
  status(request: StatusRequest): Promise<StatusOutcome>;
  history(request: HistoryRequest): Promise<HistoryOutcome>;
  sync(request: SyncRequest): Promise<SyncOutcome>;
  list(request: ListRequest): Promise<ListOutcome>;
  getOrder(request: OrderRequest): Promise<OrderOutcome>;
  setOrder(request: OrderRequest & { readonly ids: readonly string[] }): Promise<OrderOutcome>;
  clearOrder(request: OrderRequest): Promise<OrderOutcome>;
  enter(request: EnterRequest): Promise<EnterOutcome>;
  login(request: LoginRequest): Promise<LoginOutcome>;
  prospect(request: ProspectRequest): Promise<ProspectOutcome>;
  adopt(request: AdoptRequest): Promise<EnterOutcome>;
  remove(request: RemoveRequest): Promise<RemoveOutcome>;
  listCooldowns(request: CooldownListRequest): Promise<CooldownListOutcome>;
  clearCooldown(request: CooldownClearRequest): Promise<CooldownClearOutcome>;
  mark(request: MarkRequest): Promise<MarkOutcome>;
  explain(request: ExplainRequest): Promise<ExplainOutcome>;
  refresh(request: RefreshRequest): Promise<RefreshOutcome>;
  handOut(request: HandOutRequest): Promise<HandOutOutcome>;
  secrets(request: SecretsRequest): Promise<SecretsOutcome>;
  chat(request: ChatRequest): Promise<ChatOutcome>;
  doctor(request: DoctorRequest): Promise<DoctorOutcome>;
  undo(request: UndoRequest): Promise<UndoOutcome>;
  lint(request: LintRequest): Promise<LintOutcome>;
  survey(request: SurveyRequest): Promise<Survey>;
  onboard(request: OnboardRequest): Promise<OnboardOutcome>;
  /** Call it when everything has been printed: outcomes may still ask the store. */
  close(): void;
}
