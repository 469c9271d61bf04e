using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Verification;
using DriveKD.Data.Verification;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Imaging.Verification;

public sealed class ImageGoldensTests
{
    [Fact]
    public void Run_GoldenImages_EveryTablePassesWhole()
    {
        List<GoldenCheck> checks = [.. ImageGoldens.Run(TestPaths.RequireShared("golden", "images"))];

        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case} / {check.Stage}: {check.Detail}"));
        Dictionary<string, int> counts = checks.CountBy(check => check.Stage).ToDictionary();
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["decode"] = 37,
                ["decode upright"] = 4,
                ["resize"] = 49,
                ["normalise"] = 49 + 19,
                ["resize weights"] = 11,
                ["order of grids"] = 1,
                ["chosen grids"] = 1,
                ["number of tiles"] = 3,
                ["tile"] = 3 + 7 + 9,
                ["smart resize"] = 1,
                ["Qwen resize"] = 8,
                ["Qwen patches"] = 8,
                ["every tensor has a case"] = 1,
                ["tiny picture"] = 8,
            },
            counts);
        Assert.Equal(393, Assert.Single(checks, check => check.Stage == "chosen grids").Compared);
        Assert.Equal(618, Assert.Single(checks, check => check.Stage == "smart resize").Compared);
        Assert.Equal(4, checks.Count(check => check.Detail?.StartsWith("known deviation", StringComparison.Ordinal) == true));
        Assert.All(checks.Where(check => check.Stage is "normalise" or "Qwen patches"), check => Assert.Equal(2e-6, check.Tolerance));
    }

    [Fact]
    public void Run_TilingTablesOfGoldenInternVL_Pass()
    {
        List<GoldenCheck> checks = [.. ImageGoldens.Run(TestPaths.RequireShared("golden", "internvl", "goldens", "tables"))];
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case} / {check.Stage}: {check.Detail}"));
        Assert.Equal(["dynamic_tiling.json", "dynamic_tiling_pixels.json tile112_max12", "dynamic_tiling_pixels.json tile448_max12", "dynamic_tiling_pixels.json tile448_max6"], checks.Select(check => check.Case));
        Assert.Equal(160, checks[0].Compared);
        Assert.StartsWith("known deviation: the table was made with Pillow 13", Assert.Single(checks, check => check.Detail is not null).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SyntheticPictures_DecodeAndResizeToPillowsBytes()
    {
        List<GoldenCheck> checks = [.. ImageGoldens.Run(TestPaths.Asset("Images"))];
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case} / {check.Stage}: {check.Detail}"));
        Assert.Equal(44, checks.Count(check => check.Stage == "decode"));
        Assert.Equal(9, checks.Count(check => check.Stage == "decode upright"));
        Assert.Equal(27, checks.Count(check => check.Stage == "resize"));
    }

    [Fact]
    public void Run_MissingPicture_FailsNamingIt()
    {
        using TemporaryFolder folder = CopyOfAssets();
        File.Delete(folder["rgb.jpg"]);
        GoldenCheck failed = Assert.Single(ImageGoldens.Run(folder.Path), check => !check.Passed);
        Assert.Equal(("rgb.jpg", "decode", 0L), (failed.Case, failed.Stage, failed.Compared));
        Assert.Contains("rgb.jpg", failed.Detail, StringComparison.Ordinal);
        Assert.Contains("missing", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherBytesExpected_FailsThatCaseOnly()
    {
        using TemporaryFolder folder = CopyOfAssets();
        JsonNode table = JsonNode.Parse(File.ReadAllText(folder["resize.json"]))!;
        table["cases"]![3]!["rgb_sha256"] = new string('0', 64);
        File.WriteAllText(folder["resize.json"], table.ToJsonString());
        GoldenCheck failed = Assert.Single(ImageGoldens.Run(folder.Path), check => !check.Passed);
        Assert.Equal("resize", failed.Stage);
        Assert.Contains("SHA-256", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DamagedPicture_FailsWithTheDecodersMessage()
    {
        using TemporaryFolder folder = CopyOfAssets();
        byte[] file = File.ReadAllBytes(folder["lossless.webp"]);
        File.WriteAllBytes(folder["lossless.webp"], file[..(file.Length / 2)]);
        GoldenCheck failed = Assert.Single(ImageGoldens.Run(folder.Path), check => !check.Passed);
        Assert.Contains("truncated or corrupt", failed.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"images\": [{\"width\": 3}]}")]
    [InlineData("{\"images\": null}")]
    [InlineData("{\"images\": [null]}")]
    public void Run_MalformedTable_IsAnInputExceptionNamingIt(string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["decode.json"], content);
        InputException exception = Assert.Throws<InputException>(() => ImageGoldens.Run(folder.Path).ToList());
        Assert.Equal(folder["decode.json"], exception.Problems[0].Where);
    }

    [Theory]
    [InlineData("smart-resize.json", "{\"rows\": [{\"width\": 0, \"height\": 5, \"factor\": 28, \"min_pixels\": 1, \"max_pixels\": 9}]}")]
    [InlineData("dynamic-tiling.json", "{\"rows\": [{\"width\": 5, \"height\": 0, \"min\": 1, \"max\": 9, \"thumbnail\": true, \"cols\": 1, \"rows\": 1, \"tiles\": 1}]}")]
    [InlineData("dynamic-tiling.json", "{\"rows\": [{\"width\": 5, \"height\": 5, \"min\": 5, \"max\": 1, \"thumbnail\": true, \"cols\": 1, \"rows\": 1, \"tiles\": 1}]}")]
    [InlineData("resize-coefficients.json", "{\"axes\": {\"5->x\": {\"largest_number_of_taps\": 1, \"rows\": []}}}")]
    [InlineData("resize.json", "{\"cases\": [{\"input\": \"none.png\", \"input_width\": 1, \"input_height\": 1, \"width\": 0, \"height\": 1, \"rgb_sha256\": \"\"}]}")]
    [InlineData("tiles.json", "{\"images\": [{\"image\": \"front\", \"min\": 1, \"max\": 6, \"tiles\": []}]}")]
    [InlineData("degenerate.json", "[{\"input\": \"none.png\", \"processor\": \"Qwen2VLImageProcessor\"}]")]
    public void Run_ImpossibleCase_FailsThatCheck(string file, string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[file], content);
        Assert.NotNull(Assert.Single(ImageGoldens.Run(folder.Path), check => !check.Passed).Detail);
    }

    [Fact]
    public void AreIn_OtherFolder_IsFalse()
    {
        using TemporaryFolder folder = new();
        Assert.False(ImageGoldens.AreIn(folder.Path));
        Assert.False(ImageGoldens.AreIn(folder["none"]));
        Assert.True(ImageGoldens.AreIn(TestPaths.Asset("Images")));
        Assert.Empty(ImageGoldens.Run(folder.Path));
    }

    private static TemporaryFolder CopyOfAssets()
    {
        TemporaryFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(TestPaths.Asset("Images")))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        return folder;
    }
}
