using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

public sealed class BenchTests
{
    [Fact]
    public void BenchDistill_Tiny_PrintsTheDocumentThatItDescribes()
    {
        ProgramResult result = Bench("--shape", "tiny", "--rounds", "1", "--growth", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement document = JsonDocument.Parse(result.Output).RootElement;

        foreach (string ratio in (string[])["warm_features", "warm_targets", "lazy_warm_targets", "cold_frozen"])
        {
            Assert.True(document.GetProperty("ratio").GetProperty(ratio).GetDouble() > 0, ratio);
        }

        foreach (string key in (string[])["memory_ratio", "gemm_share", "gemm_rate", "projection_share"])
        {
            Assert.True(document.GetProperty(key).GetDouble() > 0, key);
        }

        Assert.InRange(document.GetProperty("agreement").GetDouble(), 0, 1e-4);
        Assert.Equal(2, document.GetProperty("growth").GetArrayLength());
        foreach (JsonProperty leg in document.GetProperty("seconds").EnumerateObject())
        {
            Assert.Equal(leg.Value.GetDouble(), document.GetProperty("phases").GetProperty(leg.Name).EnumerateObject().Sum(phase => phase.Value.GetDouble()), 1e-6);
        }
    }

    [Fact]
    public void BenchDistill_UnknownShape_IsAMistakeOfTheUser()
    {
        ProgramResult result = Bench("--shape", "huge");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("known shapes: quarter, tiny, qwen-tiny, 1b", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void BenchAsk_Tiny_TimesPrefillAndDecodingInBothFormats()
    {
        ProgramResult result = Run("ask", "--shape", "tiny", "--rounds", "1", "--buffer", "16", "--prefill-tokens", "64", "--new-tokens", "4", "--precision", "float32", "bfloat16", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement figures = JsonDocument.Parse(result.Output).RootElement.GetProperty("figures");

        Assert.Equal(["float32", "bfloat16"], figures.GetProperty("prefills").EnumerateArray().Select(each => each.GetProperty("format").GetString()));
        Assert.All(figures.GetProperty("prefills").EnumerateArray(), each => Assert.True(each.GetProperty("share").GetDouble() > 0));
        Assert.Equal(
            ["float32", "float32 + int8", "bfloat16", "bfloat16 + int8"],
            figures.GetProperty("steps").EnumerateArray().Select(each => each.GetProperty("format").GetString()));
        Assert.All(figures.GetProperty("steps").EnumerateArray(), each => Assert.True(each.GetProperty("kernels").GetProperty("median").GetDouble() > 0));
    }

    private static ProgramResult Bench(params string[] options) => Run(["distill", .. options]);

    private static ProgramResult Run(params string[] options)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");
        return ProgramRunner.Run(Path.Combine(TestPaths.Repository, "drivekd"), ["bench", .. options], TestPaths.Repository);
    }
}
