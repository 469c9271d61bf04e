using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>The README's first example, by the program that a user starts.</summary>
public sealed class AskTests : IDisposable
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");
    private static readonly string _picture = Path.Combine(TestPaths.Repository, "docs", "pictures", "street.jpg");

    private readonly TemporaryFolder _folder = new();

    public AskTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");
        ProgramResult created = ProgramRunner.Run(_launcher, ["model", "create", "tiny", "my-tiny"], _folder.Path);
        Assert.True(created.ExitCode == 0, created.Error);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ask_FreshRandomModel_AnswersDrawsAndTimes()
    {
        ProgramResult result = ProgramRunner.Run(
            _launcher,
            ["ask", "my-tiny", "--image", _picture, "What should the ego vehicle do?", "--max-new-tokens", "16", "--attention", "map.png", "--timings"],
            _folder.Path);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.NotEmpty(result.Output.Trim());
        Assert.Contains("attention of layer 3 of 4", result.Error, StringComparison.Ordinal);
        Assert.Contains("first token", result.Error, StringComparison.Ordinal);
        Assert.True(new FileInfo(_folder["map.png"]).Length > 10_000);
    }

    [Fact]
    public void Ask_CtrlCWhileAnswering_KeepsTheTextAndEndsWith130()
    {
        NeverStop(_folder["my-tiny"]);
        Process process = ProgramRunner.Start(
            _launcher, ["ask", "my-tiny", "--image", _picture, "Tell a story.", "--max-new-tokens", "60000"], _folder.Path);
        int first = process.StandardOutput.Read();
        ProgramRunner.Run("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)], _folder.Path);
        ProgramResult result = ProgramRunner.Finish(process);

        Assert.NotEqual(-1, first);
        Assert.True(result.ExitCode == 130, $"exit code {result.ExitCode}: {result.Error}");
        Assert.EndsWith("\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fault", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Sets the head's rows of the stop tokens to zero: among hundreds of random logits 0 is never the greatest.</summary>
    private static void NeverStop(string folder)
    {
        using JsonDocument generation = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "generation_config.json")));
        string path = Path.Combine(folder, "model.safetensors");
        byte[] file = File.ReadAllBytes(path);
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        JsonElement head = header.RootElement.GetProperty("language_model.lm_head.weight");
        int rowBytes = sizeof(float) * head.GetProperty("shape")[1].GetInt32();
        int start = 8 + headerLength + head.GetProperty("data_offsets")[0].GetInt32();
        foreach (JsonElement id in generation.RootElement.GetProperty("eos_token_id").EnumerateArray())
        {
            file.AsSpan(start + (id.GetInt32() * rowBytes), rowBytes).Clear();
        }

        File.WriteAllBytes(path, file);
    }
}
