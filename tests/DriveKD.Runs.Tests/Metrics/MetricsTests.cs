using System.Text.Json;
using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Tests.Folders;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Metrics;

public sealed class MetricsTests
{
    [Fact]
    public void Write_Steps_AreLinesOfFlatJson()
    {
        using TemporaryFolder folder = new();
        using (MetricsWriter writer = new(folder["metrics.jsonl"]))
        {
            writer.Write(1, [new("loss.ce", 2.5), new("rate", 5e-5), new("tokens", 1792)]);
            Assert.Equal("{\"step\":1,\"loss.ce\":2.5,\"rate\":5E-05,\"tokens\":1792}\n", ReadWhileWriting(folder["metrics.jsonl"]));
            writer.Write(3, [new("loss.ce", double.NaN), new("a", double.PositiveInfinity), new("b", double.NegativeInfinity)]);
        }

        Assert.Equal(
            "{\"step\":1,\"loss.ce\":2.5,\"rate\":5E-05,\"tokens\":1792}\n{\"step\":3,\"loss.ce\":\"NaN\",\"a\":\"Infinity\",\"b\":\"-Infinity\"}\n",
            File.ReadAllText(folder["metrics.jsonl"]));
        MetricsLog log = MetricsReader.Read(folder["metrics.jsonl"]);
        Assert.Null(log.TornLine);
        Assert.Equal([(1, 2.5), (3, double.NaN)], log.Series("loss.ce"));
        Assert.Equal([(3, double.NegativeInfinity)], log.Series("b"));
    }

    [Fact]
    public void Write_AnyNumber_ReadsBackToTheSameBits() =>
        Gen.Double.Array[1, 20].Sample(
            numbers =>
            {
                using TemporaryFolder folder = new();
                using (MetricsWriter writer = new(folder["m"]))
                {
                    for (int i = 0; i < numbers.Length; i++)
                    {
                        writer.Write(i + 1, [new("x", numbers[i])]);
                    }
                }

                // Every NaN reads back as the one NaN.
                Assert.Equal(
                    numbers.Select(number => double.IsNaN(number) ? double.NaN : number).Select(BitConverter.DoubleToInt64Bits),
                    MetricsReader.Read(folder["m"]).Series("x").Select(item => BitConverter.DoubleToInt64Bits(item.Value)));
            },
            iter: 100);

    [Fact]
    public void Write_BadNameOrStep_IsTheProgramsMistake()
    {
        using TemporaryFolder folder = new();
        using MetricsWriter writer = new(folder["m"]);
        writer.Write(2, []);

        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(2, []));
        Assert.Throws<ArgumentException>(() => writer.Write(3, [new("step", 1)]));
        Assert.Throws<ArgumentException>(() => writer.Write(3, [new("a", 1), new("a", 1)]));
        Assert.Throws<ArgumentException>(() => writer.Write(3, [new("Loss CE", 1)]));
        writer.Write(3, []);
        Assert.Equal([2, 3], MetricsReader.Read(folder["m"]).Rows.Select(row => row.Step));
    }

    [Fact]
    public void Create_FileExistsOrFolderMissing_IsRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["m"], "");

        Assert.Throws<InputException>(() => new MetricsWriter(folder["m"]));
        Assert.Throws<InputException>(() => new MetricsWriter(folder["none", "m"]));
    }

    [Fact]
    public void Write_DiskFull_SaysWhichStep()
    {
        using TemporaryFolder folder = new();
        FullDisk.At(folder["full"]);
        using MetricsWriter writer = MetricsWriter.Over(new FileStream(folder["full"], FileMode.Open, FileAccess.Write, FileShare.None, 0), "metrics.jsonl");

        InputException exception = Assert.Throws<InputException>(() => writer.Write(4, [new("x", 1)]));

        Assert.StartsWith("metrics.jsonl: step 4 could not be written: No space left", exception.Problems[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"step\":2,\"lo")]
    [InlineData("{\"step\":2}")]
    [InlineData("\0\0\0")]
    public void Read_TornLastLine_IsSetApart(string torn)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["m"], "{\"step\":1,\"x\":1}\n" + torn);

        MetricsLog log = MetricsReader.Read(folder["m"]);

        Assert.Equal((1, 1.0), Assert.Single(log.Series("x")));
        Assert.Equal(torn, log.TornLine);
    }

    [Fact]
    public void Read_BadLines_AllReported()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["m"], """
            {"step":1,"x":1}
            {"step":1,"x":1}

            [1]
            {"x":1}
            {"step":2,"x":"fast"}
            {"step":3,"x":1,"x":2}
            {"step":3,"\ud800":1}
            {"step":4.5}
            {"step":5}

            """);

        InputException exception = Assert.Throws<InputException>(() => MetricsReader.Read(folder["m"]));

        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 9], exception.Problems.Select(problem => int.Parse(problem.Where.Split("line ")[1], null)));
        Assert.Throws<InputException>(() => MetricsReader.Read(folder["none"]));
    }

    [Fact]
    public void Read_EveryLine_IsJsonThatOthersRead()
    {
        using TemporaryFolder folder = new();
        using (MetricsWriter writer = new(folder["m"]))
        {
            writer.Write(long.MaxValue, [new("x", -0.0), new("y", double.Epsilon), new("z", double.MaxValue)]);
        }

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["m"]));
        Assert.Equal(long.MaxValue, json.RootElement.GetProperty("step").GetInt64());
        Assert.Equal(double.MaxValue, json.RootElement.GetProperty("z").GetDouble());
    }

    private static string ReadWhileWriting(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    [Fact]
    public void Continue_LinesBehindTheStepAndATornOne_AreTakenAway()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["m"], "{\"step\":1,\"a\":1}\n{\"step\":2,\"a\":2}\n{\"step\":3,\"a\":3}\n{\"step\":4,\"a");
        using (MetricsWriter writer = MetricsWriter.Continue(folder["m"], 2, out IReadOnlyList<MetricsRow> kept))
        {
            Assert.Equal([1L, 2L], kept.Select(row => row.Step));
            Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(2, []));
            writer.Write(3, [new("a", 30)]);
            writer.Flush();
        }

        Assert.Equal("{\"step\":1,\"a\":1}\n{\"step\":2,\"a\":2}\n{\"step\":3,\"a\":30}\n", File.ReadAllText(folder["m"]));
    }

    [Fact]
    public void Continue_LinesAreMissing_IsRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["m"], "{\"step\":1,\"a\":1}\n");
        InputException exception = Assert.Throws<InputException>(() => MetricsWriter.Continue(folder["m"], 2, out _));
        Assert.Contains("holds 1 of the 2 lines", exception.Message, StringComparison.Ordinal);
        Assert.Equal("{\"step\":1,\"a\":1}\n", File.ReadAllText(folder["m"]));
    }
}
