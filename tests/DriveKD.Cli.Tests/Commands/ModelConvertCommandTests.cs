using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class ModelConvertCommandTests : IDisposable
{
    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public ModelConvertCommandTests() => Assert.Equal(ExitCode.Done, _terminal.Run("model", "create", "tiny", _folder["m"]));

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_Bfloat16_WritesAFolderThatInspectNames()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("model", "convert", _folder["m"], _folder["b"], "--dtype", "bfloat16"));

        Assert.Contains("as BF16", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, _terminal.Run("inspect", _folder["b"]));
        Assert.Contains("BF16: ", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m", "b", "int8", "--dtype: is 'int8'; bfloat16, float16, float32 are expected")]
    [InlineData("none", "b", "float16", "none")]
    [InlineData("m", "m", "float16", "lies inside the model folder")]
    [InlineData("m", "m/b", "float16", "lies inside the model folder")]
    public void Run_BadInput_OneMessageNothingWritten(string from, string to, string dtype, string expected)
    {
        int code = _terminal.Run("model", "convert", _folder[from], _folder[to.Split('/')], "--dtype", dtype);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(["m"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }
}
