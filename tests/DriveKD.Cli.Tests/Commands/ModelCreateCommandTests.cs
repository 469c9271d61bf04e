using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class ModelCreateCommandTests : IDisposable
{
    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_Options_ReachTheFolder()
    {
        int code = _terminal.Run("model", "create", "Small", _folder["m"], "--seed", "7", "--dtype", "bfloat16", "--layout", "Transformers");

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("small with random weights", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("seed 7", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, _terminal.Run("inspect", _folder["m"]));
        Assert.Contains("small shape, internvl (transformers tensor names, as on the hub), 1 file", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("BF16: ", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9B", "x", "shape '9B': is unknown; known shapes: tiny, world-student, world-teacher, small, InternVL3-1B")]
    [InlineData("tiny", "x --dtype int8", "--dtype: is 'int8'; bfloat16, float16, float32 are expected")]
    [InlineData("tiny", "x --layout hf", "--layout: is 'hf'; InternVL folders have opengvlab or transformers")]
    [InlineData("tiny", "x --tokenizer none", "tokenizer.json: does not exist")]
    [InlineData("tiny", "x --init zeros", "--init: is 'zeros'; testing, training are expected")]
    [InlineData("tiny", "x --vocabulary 400", "--vocabulary: stands without --tokenizer-text FILE")]
    [InlineData("tiny", "x --tokenizer none --tokenizer-text none", "--tokenizer-text: stands beside --tokenizer")]
    [InlineData("tiny", "x --tokenizer-text none", "none: could not be read")]
    [InlineData("tiny", "mine", "already exists and is not empty")]
    [InlineData("tiny", "mine/file", "is a file")]
    [InlineData("tiny", "mine/file/x", "could not be written")]
    public void Run_BadInput_OneMessageNothingWritten(string shape, string arguments, string expected)
    {
        Directory.CreateDirectory(_folder["mine"]);
        File.WriteAllText(_folder["mine", "file"], "x");
        string[] parts = arguments.Split(' ');

        int code = _terminal.Run(["model", "create", shape, _folder[parts[0].Split('/')], .. parts[1..]]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(null, 256 + 31)]
    [InlineData("290", 290)]
    public void Run_TokenizerText_IsTrainedOn(string? limit, int leastTokens)
    {
        File.WriteAllText(_folder["text.txt"], "the car ahead brakes\nthe car ahead turns\n");

        int code = _terminal.Run(
            ["model", "create", "world-teacher", _folder["m"], "--init", "training", "--tokenizer-text", _folder["text.txt"], .. limit is null ? [] : (string[])["--vocabulary", limit]]);

        Assert.Equal(ExitCode.Done, code);
        Data.Text.BpeTokenizer tokenizer = Data.Text.BpeTokenizer.Load(_folder["m"]);
        int tokens = tokenizer.Encode("the car ahead brakes").Length;
        Assert.True(limit is null ? tokens == 4 : tokens > 4, $"{tokens} tokens");
        Assert.InRange(tokenizer.VocabularySize, leastTokens, leastTokens + 40);
    }

    [Fact]
    public void Run_Interrupted_CancelledNothingWritten()
    {
        _terminal.Interrupt();

        Assert.Equal(ExitCode.Cancelled, _terminal.Run("model", "create", "tiny", _folder["m"]));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
