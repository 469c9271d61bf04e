using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Tests.Generation;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Families;

public sealed class ModelConfigReaderTests
{
    [Theory]
    [InlineData("""{"model_type": "llava"}""", "another family")]
    [InlineData("""{"model_type": 7}""", "model_type")]
    [InlineData("{}", "model_type is missing")]
    [InlineData("[]", "JSON object")]
    [InlineData("""{"model_type": "internvl_chat", }""", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public void Parse_OtherFilesAndBrokenOnes_AreRefused(string json, string expected)
    {
        InputException exception = Assert.Throws<InputException>(() => ModelConfigReader.Parse("config.json", json));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.All(exception.Problems, problem => Assert.StartsWith("config.json", problem.Where, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_FolderOrFileMissing_SaysWhich()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("is not a folder", Assert.Throws<InputException>(() => ModelConfigReader.Read(folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("holds no config.json", Assert.Throws<InputException>(() => ModelConfigReader.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LimitsForAModelOfTiles_AreRefusedUnderTheirName()
    {
        using TemporaryFolder folder = new();
        string model = TinyModel.Create(folder["tiny"]);

        Assert.Equal(ModelConfigReader.Read(model), ModelConfigReader.Read(model, PixelLimits.Own));
        InputException exception = Assert.Throws<InputException>(() => ModelConfigReader.Read(model, new PixelLimits(MaxPixels: 100_000), ("--min-pixels", "--max-pixels")));

        Assert.Equal("--max-pixels", Assert.Single(exception.Problems).Where);
        Assert.Contains("squares of 112 x 112 pixels", exception.Message, StringComparison.Ordinal);
        Assert.Equal("min_pixels", Assert.Throws<InputException>(() => ModelConfigReader.Read(model, new PixelLimits(MinPixels: 1000))).Problems[0].Where);
    }
}
