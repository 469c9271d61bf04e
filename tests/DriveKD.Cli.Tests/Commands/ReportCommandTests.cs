using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class ReportCommandTests : IDisposable
{
    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public ReportCommandTests()
    {
        WriteRun("one", "finished", null);
        WriteRun("two", "failed", "the disk is full");
    }

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_OneRun_WritesThePageIntoItsFolder()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("report", _folder["one"]));

        Assert.Equal($"Report: {_folder["one", "report.html"]}\n", _terminal.Output);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_folder["one", "report.html"]), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, _terminal.Run("report", _folder["one"]));
    }

    [Fact]
    public void Run_SeveralRuns_OnePageAndNoticesByName()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("report", _folder["one"], _folder["two"], "--out", _folder["both.html"]));

        Assert.Equal(
            $"failure: two: The run failed after 2 steps. The reason it left: the disk is full\nReport: {_folder["both.html"]}\n", _terminal.Output);
        Assert.Contains("<h1>2 distillation runs</h1>", File.ReadAllText(_folder["both.html"]), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["one", "report.html"]));
    }

    [Fact]
    public void Run_Json_OneDocumentAndNoPage()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("report", _folder["one"], _folder["two"], "--json"));

        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement runs = document.RootElement.GetProperty("runs");
        Assert.Equal(["finished", "failed"], runs.EnumerateArray().Select(run => run.GetProperty("state").GetString()));
        Assert.Equal(1.5, runs[0].GetProperty("losses")[0].GetProperty("last").GetDouble());
        Assert.Equal(1.5, runs[0].GetProperty("finalValues").GetProperty("loss.ce").GetDouble());
        Assert.Equal("failed", runs[1].GetProperty("notices")[0].GetProperty("kind").GetString());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.html", SearchOption.AllDirectories));
    }

    [Fact]
    public void Run_NoRunFolder_BadInput()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("report", _folder["none"], _folder["one"]));

        Assert.StartsWith($"error: {_folder["none"]}: is no run folder: it is not there;", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Run_PageCannotBeWritten_BadInput()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("report", _folder["one"], "--out", _folder["none", "page.html"]));

        Assert.Contains("there is no folder", _terminal.Error, StringComparison.Ordinal);
    }

    private void WriteRun(string name, string state, string? reason)
    {
        Directory.CreateDirectory(_folder[name]);
        string rest = reason is null ? "" : $", \"reason\": \"{reason}\"";
        File.WriteAllText(
            _folder[name, "run.json"], $$"""{ "state": "{{state}}", "started_at": "2026-02-03T12:00:00+00:00", "process_id": 1, "steps": 2{{rest}} }""");
        File.WriteAllText(_folder[name, "metrics.jsonl"], "{\"step\":1,\"loss.ce\":3}\n{\"step\":2,\"loss.ce\":1.5}\n");
    }
}
