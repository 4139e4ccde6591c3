import type { Location } from './errors.ts';

/** Every node knows its place, for errors. */
interface Node {
  readonly at: Location;
}

interface ConstantNode extends Node {
  readonly kind: 'constant';
  readonly value: unknown;
}
export interface NameNode extends Node {
  readonly kind: 'name';
  readonly name: string;
}
interface ListNode extends Node {
  readonly kind: 'list';
  readonly items: readonly ExpressionNode[];
}
interface TupleNode extends Node {
  readonly kind: 'tuple';
  readonly items: readonly ExpressionNode[];
}
export interface DictNode extends Node {
  readonly kind: 'dict';
  readonly entries: readonly (readonly [ExpressionNode, ExpressionNode])[];
}
interface AttributeNode extends Node {
  readonly kind: 'attribute';
  readonly object: ExpressionNode;
  readonly name: string;
}
interface ItemNode extends Node {
  readonly kind: 'item';
  readonly object: ExpressionNode;
  readonly index: ExpressionNode;
}
interface SliceNode extends Node {
  readonly kind: 'slice';
  readonly start: ExpressionNode | undefined;
  readonly stop: ExpressionNode | undefined;
  readonly step: ExpressionNode | undefined;
}

/** What stands between the parentheses of a call. */
export interface ArgumentsNode {
  readonly positional: readonly ExpressionNode[];
  readonly keywords: readonly (readonly [string, ExpressionNode])[];
  readonly rest: ExpressionNode | undefined;
  readonly others: ExpressionNode | undefined;
}
export interface CallNode extends Node {
  readonly kind: 'call';
  readonly callee: ExpressionNode;
  readonly args: ArgumentsNode;
}
export interface FilterNode extends Node {
  readonly kind: 'filter';
  /** Undefined in a filter block, whose text takes the place. */
  readonly value: ExpressionNode | undefined;
  readonly name: string;
  readonly args: ArgumentsNode;
}
export interface TestNode extends Node {
  readonly kind: 'test';
  readonly value: ExpressionNode;
  readonly name: string;
  readonly args: ArgumentsNode;
}
interface UnaryNode extends Node {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | 'not';
  readonly operand: ExpressionNode;
}
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export interface BinaryNode extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}
interface LogicalNode extends Node {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export interface CompareNode extends Node {
  readonly kind: 'compare';
  readonly first: ExpressionNode;
  readonly rest: readonly (readonly [CompareOperator, ExpressionNode])[];
}
interface ConcatNode extends Node {
  readonly kind: 'concat';
  readonly items: readonly ExpressionNode[];
}
export interface ConditionalNode extends Node {
  readonly kind: 'conditional';
  readonly test: ExpressionNode;
  /** What it is where the test holds. */
  readonly value: ExpressionNode;
  readonly otherwise: ExpressionNode | undefined;
}

export type ExpressionNode =
  | ConstantNode
  | NameNode
  | ListNode
  | TupleNode
  | DictNode
  | AttributeNode
  | ItemNode
  | SliceNode
  | CallNode
  | FilterNode
  | TestNode
  | UnaryNode
  | BinaryNode
  | LogicalNode
  | CompareNode
  | ConcatNode
  | ConditionalNode;

/** Where a value is put: a name, several of them, or an attribute of a namespace. */
export type TargetNode =
  | NameNode
  | (Node & { readonly kind: 'targets'; readonly items: readonly TargetNode[] })
  | (Node & { readonly kind: 'namespaceTarget'; readonly namespace: string; readonly attribute: string });

export type Body = readonly StatementNode[];

interface TextNode extends Node {
  readonly kind: 'text';
  readonly text: string;
}
interface OutputNode extends Node {
  readonly kind: 'output';
  readonly value: ExpressionNode;
}
export interface ForNode extends Node {
  readonly kind: 'for';
  readonly target: TargetNode;
  readonly iterable: ExpressionNode;
  readonly condition: ExpressionNode | undefined;
  readonly recursive: boolean;
  readonly body: Body;
  readonly otherwise: Body;
}
export interface IfNode extends Node {
  readonly kind: 'if';
  readonly branches: readonly (readonly [ExpressionNode, Body])[];
  readonly otherwise: Body;
}
interface SetNode extends Node {
  readonly kind: 'set';
  readonly target: TargetNode;
  readonly value: ExpressionNode;
}
interface SetBlockNode extends Node {
  readonly kind: 'setBlock';
  readonly target: TargetNode;
  readonly filters: readonly FilterNode[];
  readonly body: Body;
}
/** Parameters of a macro or of a call block. */
export interface Signature {
  readonly names: readonly string[];
  /** Defaults of the last parameters. */
  readonly defaults: readonly ExpressionNode[];
}
interface MacroNode extends Node {
  readonly kind: 'macro';
  readonly name: string;
  readonly signature: Signature;
  readonly body: Body;
}
export interface CallBlockNode extends Node {
  readonly kind: 'callBlock';
  readonly call: CallNode;
  readonly signature: Signature;
  readonly body: Body;
}
interface FilterBlockNode extends Node {
  readonly kind: 'filterBlock';
  readonly filters: readonly FilterNode[];
  readonly body: Body;
}
interface IncludeNode extends Node {
  readonly kind: 'include';
  readonly template: ExpressionNode;
  readonly ignoreMissing: boolean;
  readonly withContext: boolean;
}
interface ImportNode extends Node {
  readonly kind: 'import';
  readonly template: ExpressionNode;
  readonly target: string;
  readonly withContext: boolean;
}
export interface FromImportNode extends Node {
  readonly kind: 'fromImport';
  readonly template: ExpressionNode;
  readonly names: readonly (readonly [name: string, alias: string])[];
  readonly withContext: boolean;
}
interface ExtendsNode extends Node {
  readonly kind: 'extends';
  readonly template: ExpressionNode;
}
export interface BlockNode extends Node {
  readonly kind: 'block';
  readonly name: string;
  readonly scoped: boolean;
  readonly required: boolean;
  readonly body: Body;
}
export interface WithNode extends Node {
  readonly kind: 'with';
  readonly assignments: readonly (readonly [TargetNode, ExpressionNode])[];
  readonly body: Body;
}
interface DoNode extends Node {
  readonly kind: 'do';
  readonly value: ExpressionNode;
}
interface LoopControlNode extends Node {
  readonly kind: 'break' | 'continue';
}

export type StatementNode =
  | TextNode
  | OutputNode
  | ForNode
  | IfNode
  | SetNode
  | SetBlockNode
  | MacroNode
  | CallBlockNode
  | FilterBlockNode
  | IncludeNode
  | ImportNode
  | FromImportNode
  | ExtendsNode
  | BlockNode
  | WithNode
  | DoNode
  | LoopControlNode;
