package io.evalctl.rlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodeBlocksTest {

  @Test
  void takesBlocksOfReplAndPythonInOrder() {
    CodeBlocks blocks =
        CodeBlocks.in(
            "First:\n```repl\na = 1\n```\nthen\n```bash\nrm\n```\n```Python title=x\nb\n```\nend");
    assertThat(blocks.code()).containsExactly("a = 1\n", "b\n");
    assertThat(blocks.prose()).isEqualTo("First:\nthen\nend");
    assertThat(blocks.unfinished()).isFalse();
  }

  @Test
  void aLongerFenceHoldsShorterOnes() {
    assertThat(CodeBlocks.in("````repl\ns = '''\n```repl\nx\n```\n'''\n````").code())
        .containsExactly("s = '''\n```repl\nx\n```\n'''\n");
  }

  @Test
  void whatAnotherBlockShowsIsNotRun() {
    assertThat(CodeBlocks.in("```markdown\n```repl\nbad\n```\n```repl\ngood\n```").code())
        .containsExactly("good\n");
  }

  @Test
  void codeInAListLosesItsIndentation() {
    assertThat(CodeBlocks.in("1. do\n\n     ```repl\n     if x:\n       y\n     ```\r\nend").code())
        .containsExactly("if x:\n  y\n");
  }

  @Test
  void aFenceDeepInTheCodeDoesNotCloseIt() {
    assertThat(CodeBlocks.in("```repl\ns = '''\n      ```\n'''\n```").code())
        .containsExactly("s = '''\n      ```\n'''\n");
  }

  @Test
  void aBlockWithoutItsEndIsNotRun() {
    CodeBlocks blocks = CodeBlocks.in("```repl\na\n```\n```repl\nb = 'cut");
    assertThat(blocks.code()).isEqualTo(List.of("a\n"));
    assertThat(blocks.unfinished()).isTrue();
  }

  @Test
  void anEmptyBlockIsNoCode() {
    assertThat(CodeBlocks.in("```repl\n \n```").code()).isEmpty();
    assertThat(CodeBlocks.in("use `x = 1` or ```repl x``` inline").code()).isEmpty();
  }
}
