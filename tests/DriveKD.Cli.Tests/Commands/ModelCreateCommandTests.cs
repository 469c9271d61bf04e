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
    [InlineData("9B", "x", "shape '9B': is unknown; known shapes: tiny, small, InternVL3-1B")]
    [InlineData("tiny", "x --dtype int8", "--dtype: is 'int8'; bfloat16, float16, float32 are expected")]
    [InlineData("tiny", "x --layout hf", "--layout: is 'hf'; opengvlab, transformers are expected")]
    [InlineData("tiny", "x --tokenizer none", "tokenizer.json: does not exist")]
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

    [Fact]
    public void Run_Interrupted_CancelledNothingWritten()
    {
        _terminal.Interrupt();

        Assert.Equal(ExitCode.Cancelled, _terminal.Run("model", "create", "tiny", _folder["m"]));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
