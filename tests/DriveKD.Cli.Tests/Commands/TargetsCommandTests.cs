using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class TargetsCommandTests : IDisposable
{
    private readonly DistillationFixture _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Run_ThenDistill_ReadsThemAndNoTeacher()
    {
        string folder = "cache.folder=" + _world.Path("kept");
        using TestTerminal first = new();
        Assert.Equal(0, first.Run("targets", _world.Recipe, folder, "cache.stored=int8"));
        Assert.Contains("targets made, 0 were there", first.Output, StringComparison.Ordinal);
        Assert.Contains("written as int8: off by at most", first.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Output));

        using TestTerminal again = new();
        Assert.Equal(0, again.Run("targets", _world.Recipe, folder, "cache.stored=int8"));
        Assert.Contains("0 targets made", again.Output, StringComparison.Ordinal);

        using TestTerminal run = new();
        Assert.Equal(0, run.Run("distill", _world.Recipe, folder, "cache.stored=int8"));
        Assert.Contains("; not read: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("Done after 3 steps", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Streamed_SaysSoAndARunReadsThem()
    {
        string folder = "cache.folder=" + _world.Path("kept");
        using TestTerminal streamed = new();
        Assert.Equal(0, streamed.Run("targets", _world.Recipe, folder, "cache.stream=always", "cache.stream_memory=0", "cache.stream_scratch=16"));
        Assert.Contains("teacher is read layer by layer: cache.stream is always. 6 samples in 1 group", streamed.Error, StringComparison.Ordinal);
        Assert.Contains("targets made, 0 were there", streamed.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_world.Path("kept"), "*.scratch"));

        using TestTerminal run = new();
        Assert.Equal(0, run.Run("distill", _world.Recipe, folder));
        Assert.Contains("; not read: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Json_TellsWhatWasMadeWhereAndHow()
    {
        string[] keys = ["cache.folder=" + _world.Path("kept"), "cache.stored=int8", "cache.stream=always", "cache.stream_memory=8", "cache.stream_scratch=16"];
        JsonElement made = Json(keys);
        Assert.Equal((6, 0, "int8"), (made.GetProperty("samples").GetInt32(), made.GetProperty("there").GetInt32(), made.GetProperty("numbers").GetString()));
        int count = made.GetProperty("made").GetInt32();
        Assert.True(count >= 6);
        Assert.InRange(made.GetProperty("largestError").GetDouble(), 1e-6, 0.004);
        JsonElement bytes = made.GetProperty("bytes");
        long onDisk = Directory.GetFiles(_world.Path("kept"), "*.safetensors", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Assert.Equal((onDisk, onDisk), (bytes.GetProperty("folder").GetInt64(), bytes.GetProperty("written").GetInt64()));
        Assert.True(made.GetProperty("seconds").GetProperty("make").GetDouble() > 0);
        JsonElement budget = made.GetProperty("budget");
        Assert.Equal((8L << 20, 16L << 20), (budget.GetProperty("streamMemoryBytes").GetInt64(), budget.GetProperty("streamScratchBytes").GetInt64()));
        JsonElement teacher = Assert.Single(made.GetProperty("teachers").EnumerateArray());
        Assert.True(teacher.GetProperty("isStreamed").GetBoolean());
        Assert.Equal((count, 1), (teacher.GetProperty("made").GetInt32(), teacher.GetProperty("groups").GetInt32()));
        Assert.Equal(["perception", "reasoning", "planning"], teacher.GetProperty("capabilities").EnumerateArray().Select(role => role.GetString()));
        Assert.True(teacher.GetProperty("neededBytes").GetDouble() > 0 && teacher.GetProperty("seconds").GetDouble() > 0);
        Assert.Contains("is read layer by layer", made.GetProperty("notices")[0].GetString(), StringComparison.Ordinal);

        JsonElement again = Json(keys);
        Assert.Equal((0, count), (again.GetProperty("made").GetInt32(), again.GetProperty("there").GetInt32()));
        Assert.Equal(0, again.GetProperty("bytes").GetProperty("written").GetInt64());
        JsonElement unread = Assert.Single(again.GetProperty("teachers").EnumerateArray());
        Assert.Equal((false, 0.0), (unread.GetProperty("isStreamed").GetBoolean(), unread.GetProperty("neededBytes").GetDouble()));
    }

    [Fact]
    public void Run_NoMemoryForSamplesThatWait_NamesTheLeast()
    {
        using TestTerminal terminal = new();
        Assert.Equal(2, terminal.Run("targets", _world.Recipe, "cache.folder=" + _world.Path("kept"), "cache.stream=always", "cache.stream_memory=0"));
        Assert.Contains("the longest sample alone has 1 MiB. Give the two together at least that much.", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DamagedEntries_TellsOfThem()
    {
        string folder = "cache.folder=" + _world.Path("kept");
        using TestTerminal first = new();
        Assert.Equal(0, first.Run("targets", _world.Recipe, folder));
        string[] files = Directory.GetFiles(_world.Path("kept"), "*.safetensors", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Array.ForEach(files, file => File.WriteAllText(file, "damaged"));

        using TestTerminal run = new();
        Assert.Equal(0, run.Run("distill", _world.Recipe, folder));
        Assert.Contains($"cache.folder: {files.Length} entries were damaged and were made anew", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Distill_FolderCannotBeUsed_StopsOrGoesOnAndTheReportSaysSo()
    {
        File.WriteAllText(_world.Path("kept"), "");
        string folder = "cache.folder=" + _world.Path("kept");
        using TestTerminal stopped = new();
        Assert.Equal(2, stopped.Run("distill", _world.Recipe, folder));
        Assert.Contains("cache.on_error=bypass", stopped.Error, StringComparison.Ordinal);

        using TestTerminal run = new();
        Assert.Equal(0, run.Run("distill", _world.Recipe, folder, "cache.on_error=bypass"));
        Assert.Equal(2, run.Error.Split("cannot be used to keep tensors in").Length);
        Assert.Contains("The run goes on without keeping anything more there", run.Error, StringComparison.Ordinal);

        using TestTerminal report = new();
        Assert.Equal(0, report.Run("report", _world.Output));
        Assert.Contains("cannot be used to keep tensors in", File.ReadAllText(Path.Combine(_world.Output, "report.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cache.on_error", "bypass", "cache.on_error=ignore")]
    [InlineData("cache.folder", "cache.folder=")]
    [InlineData("cache.stored", "bfloat16", "cache.stored=float64")]
    [InlineData("at least 1", "cache.folder_limit", "cache.folder_limit=0")]
    [InlineData("cache.stream", "always", "cache.stream=sometimes")]
    public void Run_BadInput_SaysWhatIsExpected(string named, string other, params string[] keys)
    {
        using TestTerminal terminal = new();
        Assert.Equal(2, terminal.Run(["targets", _world.Recipe, .. keys]));
        Assert.Contains(named, terminal.Error, StringComparison.Ordinal);
        Assert.Contains(other, terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", terminal.Error, StringComparison.Ordinal);
    }

    private JsonElement Json(string[] keys)
    {
        using TestTerminal terminal = new(TimeProvider.System);
        Assert.Equal(0, terminal.Run(["targets", _world.Recipe, .. keys, "--json"]));
        return JsonDocument.Parse(terminal.Output).RootElement;
    }
}
