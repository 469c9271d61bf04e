using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Tests.Support;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class MapReaderTests
{
    private static readonly MeasureOptions _options = new() { FullMapCells = 3, TextCells = 2, VisionCells = 4 };

    [Fact]
    public void Read_RandomMap_IsTheSumsWrittenOut()
    {
        bool[] mask = [false, true, true, true, false, true, true, false, false, false, false];
        TokenRoles roles = TokenRoles.Of(mask, [.. mask.Select(_ => -100)], 10) with { ObjectVision = [1, 4] };
        double[][] map = Arrays.CausalSoftmax(Arrays.Gaussian(new Random(6), mask.Length, mask.Length));
        using Tensor map_TT = Arrays.Matrix(map);
        using MapReader reader = new(roles, _options, CPU);
        MapReading reading = reader.Read(map_TT);

        Arrays.AssertClose(Binned(map, [.. Enumerable.Range(0, mask.Length)], [.. Enumerable.Range(0, mask.Length)], 3, 3), Wide(reading.Full), 1e-6);
        Arrays.AssertClose(Binned(map, [0, 4, 7, 8, 9, 10], [1, 2, 3, 5, 6], 2, 4), Wide(reading.TextToVision!), 1e-6);
        Assert.Equal(roles.Text.Average(i => roles.Vision.Sum(j => map[i][j])), reading.Mass, 1e-6);
        Assert.Equal(roles.Text.Average(i => map[i][2] + map[i][6]), reading.ObjectMass, 1e-6);
    }

    [Fact]
    public void Read_AnyMap_KeepsTheRowsMass()
    {
        using Tensor map_TT = Arrays.Matrix(Arrays.CausalSoftmax(Arrays.Gaussian(new Random(7), 37, 37)));
        using MapReader reader = new(TokenRoles.Of(new bool[37], [.. Enumerable.Repeat(-100, 37)], 36), new MeasureOptions(), CPU);
        MapReading reading = reader.Read(map_TT);

        foreach (float[] row in reading.Full.Chunk(16))
        {
            Assert.Equal(1, row.Sum(), 1e-5);
        }
    }

    [Fact]
    public void Read_TextAlone_HasNoTextToVisionMap()
    {
        using Tensor map_TT = Arrays.Matrix(Arrays.CausalSoftmax(Arrays.Gaussian(new Random(8), 5, 5)));
        using MapReader reader = new(TokenRoles.Of(new bool[5], [.. Enumerable.Repeat(-100, 5)], 4), _options, CPU);
        MapReading reading = reader.Read(map_TT);

        Assert.Null(reading.TextToVision);
        Assert.Equal((0.0, 0.0), (reading.Mass, reading.ObjectMass));
        Assert.True(double.IsNaN(ObjectAttention.Share(reading)));
    }

    [Fact]
    public void Lift_AttentionByArea_IsOne()
    {
        MapReading reading = new([], null, Mass: 0.6, ObjectMass: 0.15);

        Assert.Equal(0.25, ObjectAttention.Share(reading), 1e-12);
        Assert.Equal(1, ObjectAttention.Lift(reading, objectTokens: 4, visionTokens: 16), 1e-12);
    }

    // Overlaps in real numbers, as the formula has them.
    private static double[] Binned(double[][] map, int[] rows, int[] columns, int queryCells, int keyCells) =>
    [
        .. from c in Enumerable.Range(0, queryCells)
           from d in Enumerable.Range(0, keyCells)
           select Enumerable.Range(0, rows.Length).Sum(i => Enumerable.Range(0, columns.Length).Sum(j =>
               Overlap(c, queryCells, i, rows.Length) * queryCells / rows.Length * map[rows[i]][columns[j]] * Overlap(d, keyCells, j, columns.Length))),
    ];

    private static double Overlap(int cell, int cells, int position, int positions) => positions * Math.Max(
        0, Math.Min((cell + 1.0) / cells, (position + 1.0) / positions) - Math.Max((double)cell / cells, (double)position / positions));

    private static double[] Wide(float[] values) => [.. values.Select(value => (double)value)];
}
