import { describe, expect, it } from 'vitest';
import { node, nodes, shown } from './mistakes.ts';

describe('what a file as text can have wrong', () => {
  it('broken YAML', () => {
    expect(shown(nodes('kind: Node\n  spec: [\n'))).toMatchInlineSnapshot(`
      "[syntax, syntax]
      inventory/nodes.yaml:1:7  error  YAML: nested mappings are not allowed in compact mappings
          kind: Node
                ^
          Check quotes, brackets, colons and indentation here and in the line above.
      inventory/nodes.yaml:2:9  error  YAML: flow sequence in block collection must be sufficiently indented and end with a ]
            spec: [
                  ^
          Check quotes, brackets, colons and indentation here and in the line above."
    `);
  });

  it('an own tag', () => {
    expect(shown(nodes(node('n1', 11, '  power: !secret on\n')))).toMatchInlineSnapshot(`
      "[syntax]
      inventory/nodes.yaml:6:10  error  YAML: unresolved tag: !secret
            power: !secret on
                   ^
          Remove the tag; a site uses none."
    `);
  });

  it('another version of YAML', () => {
    expect(shown(nodes(`%YAML 1.1\n---\n${node('n1', 11)}`))).toMatchInlineSnapshot(`
      "[syntax]
      inventory/nodes.yaml:2:1  error  the document asks for another version of YAML than 1.2
          ---
          ^
          Remove the %YAML line."
    `);
  });

  it('a control character', () => {
    expect(shown(nodes(node('n1', 11, '  # \u001b[2J\n')))).toMatchInlineSnapshot(`
      "[syntax]
      inventory/nodes.yaml:6:5  error  the file has the control character U+001B
            # �[2J
              ^
          Take the character out."
    `);
  });

  it('no UTF-8', () => {
    expect(
      shown({ 'inventory/nodes.yaml': new Uint8Array([0x61, 0x3a, 0x20, 0xff]) }),
    ).toMatchInlineSnapshot(`
      "[syntax]
      inventory/nodes.yaml  error  the file is not UTF-8 text
          Save it as UTF-8."
    `);
  });

  it('too much text', () => {
    expect(shown({ 'inventory/nodes.yaml': `#${' '.repeat(1024 * 1024)}\n` })).toMatchInlineSnapshot(`
      "[too-large]
      inventory/nodes.yaml  error  the file has 1048578 bytes; at most 1048576 are read
          Split it into smaller files."
    `);
  });

  it('too deep', () => {
    expect(
      shown(nodes(`${node('n1', 11)}---\na: ${'['.repeat(40)}${']'.repeat(40)}\n`)),
    ).toMatchInlineSnapshot(`
      "[too-large]
      inventory/nodes.yaml:10:35  error  nested more than 32 levels deep
          a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
                                            ^
          Nothing in a site is nested so deeply; flatten it."
    `);
  });

  it('aliases that multiply', () => {
    expect(
      shown(
        nodes(
          `a: &a [x]\nb: &b [${Array(12).fill('*a').join(', ')}]\nc: [${Array(12).fill('*b').join(', ')}]\n`,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "[too-large]
      inventory/nodes.yaml:1:1  error  aliases stand for more than 100 values
          a: &a [x]
          ^
          Write the values out, or use defaults."
    `);
  });

  it('too many aliases', () => {
    expect(shown(nodes(`a: &a x\nb: [${Array(101).fill('*a').join(', ')}]\n`))).toMatchInlineSnapshot(`
      "[too-large]
      inventory/nodes.yaml:2:405  error  more than 100 aliases
          *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
                                                  ^
          Write the values out, or use defaults."
    `);
  });

  it('an alias inside of itself', () => {
    expect(shown(nodes('a: &a { b: *a }\n'))).toMatchInlineSnapshot(`
      "[syntax]
      inventory/nodes.yaml:1:12  error  the alias *a stands inside of its own anchor
          a: &a { b: *a }
                     ^
          Write the value out."
    `);
  });

  it('another version of the format', () => {
    expect(shown(nodes(node('n1', 11).replace('v1', 'v2')))).toMatchInlineSnapshot(`
      "[api-version]
      inventory/nodes.yaml:1:13  error  apiVersion must be \`barewright.dev/v1\`, but is "barewright.dev/v2"
          apiVersion: barewright.dev/v2
                      ^
          Write \`apiVersion: barewright.dev/v1\`."
    `);
  });

  it('no version of the format', () => {
    expect(shown(nodes(node('n1', 11).replace(/.*\n/, '')))).toMatchInlineSnapshot(`
      "[api-version]
      inventory/nodes.yaml:1:1  error  the document lacks the field \`apiVersion\`
          kind: Node
          ^
          Write \`apiVersion: barewright.dev/v1\`."
    `);
  });

  it('an unknown kind', () => {
    expect(shown(nodes(node('n1', 11).replace('Node', 'Noed')))).toMatchInlineSnapshot(`
      "[unknown-kind]
      inventory/nodes.yaml:2:7  error  there is no kind "Noed"
          kind: Noed
                ^
          Did you mean \`Node\`?"
    `);
  });

  it('no kind', () => {
    expect(shown(nodes(node('n1', 11).replace(/kind.*\n/, '')))).toMatchInlineSnapshot(`
      "[unknown-kind]
      inventory/nodes.yaml:1:1  error  the document lacks the field \`kind\`
          apiVersion: barewright.dev/v1
          ^
          Write one of \`Site\`, \`Network\`, \`Pool\`, \`Node\`, \`Profile\`, \`Stack\`, \`Image\`."
    `);
  });

  it('a file of comments only', () => {
    expect(shown({ 'inventory/more.yaml': '# later\n---\n' })).toMatchInlineSnapshot(`
      "[empty]
      inventory/more.yaml  error  the file has no document
          Write a document, or delete the file; a file of comments only says nothing."
    `);
  });
});
