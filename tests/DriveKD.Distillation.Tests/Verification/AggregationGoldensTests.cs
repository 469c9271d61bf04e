using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Distillation.Gradients.Methods;
using DriveKD.Distillation.Verification;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Verification;

public sealed class AggregationGoldensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Asset => TestPaths.Asset("aggregation");

    private string Table => Path.Combine(_folder.Path, "aggregation.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_ReferenceTable_PassesWhole()
    {
        GoldenCheck[] checks = [.. AggregationGoldens.Run(Asset)];
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case}: {check.Stage}: {check.Detail}"));
        Assert.Equal(["random", "conflict", "aligned", "scales", "anchor", "parallel", "opposite"], checks.Select(check => check.Case).Distinct());

        // 84 matrices: 11 methods on each, nash_exact on the 60 regular ones. 24 singular ones have no unique IMTL-G; for 13 the reference's CAGrad
        // takes short gradients for 0.
        Assert.Equal((84 * 11) + 60 - 24 - 13, checks.Sum(check => check.Items.Count));
        Assert.Equal((84 * 2) + 24 + 13, checks.Sum(check => check.NotCompared));
        Assert.Equal((5 * 14) + (2 * 13), checks.Length);
        Assert.All(checks.Where(check => check.Stage is "pcgrad" or "imtl_g" or "nash_exact"), check => Assert.InRange(check.WorstRelative, 0, 1e-8));
    }

    /// <summary>Where a reference iterates, ours must not be worse by more than rounding.</summary>
    [Fact]
    public void Run_ReferenceTable_IsNeverBetterThanOurSolution()
    {
        int compared = 0;
        foreach (AggregationCase item in AggregationCase.ReadAll(Path.Combine(Asset, "aggregation.json")))
        {
            double[] own = new Mgda().Weigh(item.Gram);
            double parts = own.Select((weight, task) => weight * item.Gram.Norm(task)).Sum();
            double[] recorded = item.Coefficients["mgda"]!;
            Assert.True(item.Gram.Quadratic(own, own) <= item.Gram.Quadratic(recorded, recorded) + (1e-12 * parts * parts), item.Name);

            foreach (double c in new[] { 0.2, 0.5, 1.0 })
            {
                double[] update = item.Coefficients[$"cagrad_c{c:F1}"]!;
                double[] ownUpdate = new CaGrad(c).Weigh(item.Gram);
                if (update.All(value => value == 0) || ownUpdate.All(value => value == 0))
                {
                    continue;
                }

                double scale = Enumerable.Range(0, item.Gram.Size).Sum(task => Math.Abs(ownUpdate[task]) * item.Gram.Norm(task))
                    * Enumerable.Range(0, item.Gram.Size).Max(item.Gram.Norm);
                Assert.True(item.Gram.Times(ownUpdate).Min() >= item.Gram.Times(update).Min() - (1e-7 * scale), item.Name);
            }

            foreach (GramWeighting method in new GramWeighting[] { new UpGrad(), new DualProj() })
            {
                double[] exact = method.Weigh(item.Gram);
                double[] products = item.Gram.Times(exact);
                double length = exact.Select((value, task) => Math.Abs(value) * item.Gram.Norm(task)).Sum();
                Assert.All(Enumerable.Range(0, item.Gram.Size), task => Assert.True(products[task] >= -1e-12 * item.Gram.Norm(task) * length, item.Name));
            }

            compared++;
        }

        Assert.Equal(84, compared);
    }

    [Fact]
    public void Run_OneChangedCoefficient_FailsThatMethodAndNamesTheCase()
    {
        string[] methods = ["mgda", "cagrad_c0.5", "imtl_g", "aligned_mtl_min", "upgrad", "dualproj", "pcgrad", "nash_exact"];
        foreach (string method in methods)
        {
            JsonNode root = Read();
            JsonArray coefficients = root["cases"]![30]!["coefficients"]![method]!.AsArray();
            coefficients[1] = coefficients[1]!.GetValue<double>() * 1.001;
            Write(root);
            GoldenCheck failed = Assert.Single(AggregationGoldens.Run(_folder.Path), check => !check.Passed);
            Assert.Equal(method, failed.Stage);
            Assert.StartsWith("cases[30]: [", failed.Detail, StringComparison.Ordinal);
            Assert.True(failed.WorstRelative > failed.Tolerance);
        }
    }

    [Fact]
    public void Run_OtherMatrices_ComparesWhatIsKnownAndNamesTheRest()
    {
        File.WriteAllText(Table, """
            {"cases": [
              {"gram": [[4, 0, 0], [0, 1, 0], [0, 0, 0]],
               "coefficients": {"mgda": [0, 0, 1], "upgrad": [0.3333333333333333, 0.3333333333333333, 0.3333333333333333], "imtl_g": [1, 1, 1], "pcgrad": [1, 1, 1],
                 "new_method": [1, 2, 3]},
               "failed": {"nash_exact": "singular"}},
              {"gram": [[4]], "coefficients": {"mgda": [1], "nash_exact": [0.5], "imtl_g": [1], "aligned_mtl_rmse": [1], "cagrad_c0.4": [1.4], "cagrad_c0": [1]}}
            ]}
            """);
        Dictionary<string, GoldenCheck> checks = AggregationGoldens.Run(_folder.Path).ToDictionary(check => check.Stage);
        Assert.All(checks.Values, check => Assert.True(check.Passed, check.Detail));
        Assert.All(checks.Values, check => Assert.Equal("cases", check.Case));
        Assert.Equal((1, 1), (checks["mgda"].Compared, checks["mgda"].NotCompared));
        Assert.Equal((3, 0), (checks["upgrad"].Compared, checks["upgrad"].NotCompared));
        Assert.Equal((1, 1), (checks["imtl_g"].Compared, checks["imtl_g"].NotCompared));
        Assert.Equal((0, 1), (checks["pcgrad"].Compared, checks["pcgrad"].NotCompared));
        Assert.Equal((1, 1), (checks["nash_exact"].Compared, checks["nash_exact"].NotCompared));
        Assert.Equal("not compared: 1 x the reference failed", checks["nash_exact"].Detail);
        Assert.Equal("not compared: 1 x no method of this name is known", checks["new_method"].Detail);
        Assert.Equal((1, 1), (checks["cagrad_c0.4"].Compared, checks["cagrad_c0"].Compared));
    }

    [Theory]
    [InlineData("{\"cases\": [", "is not valid JSON")]
    [InlineData("[]", "holds no cases")]
    [InlineData("{\"cases\": []}", "holds no cases")]
    [InlineData("{\"cases\": [3]}", "cases[0] is not an object")]
    [InlineData("{\"cases\": [{\"coefficients\": {}}]}", "cases[0] has no \"gram\"")]
    [InlineData("{\"cases\": [{\"gram\": [[1]]}]}", "cases[0] has no \"coefficients\"")]
    [InlineData("{\"cases\": [{\"gram\": [[1, 2]], \"coefficients\": {}}]}", "cases[0].gram[0] has 2 numbers; 1 are expected")]
    [InlineData("{\"cases\": [{\"gram\": [[1, 0], [0.5, 1]], \"coefficients\": {}}]}", "cases[0].gram: Entry [0, 1] is 0, but [1, 0] is 0.5")]
    [InlineData("{\"cases\": [{\"gram\": [[-1]], \"coefficients\": {}}]}", "cases[0].gram: Entry [0, 0] is -1")]
    [InlineData("{\"cases\": [{\"gram\": [[1]], \"coefficients\": [1]}]}", "cases[0].coefficients is not an object")]
    [InlineData("{\"cases\": [{\"gram\": [[1]], \"coefficients\": {\"mgda\": [\"1\"]}}]}", "cases[0].coefficients.mgda holds \"1\" where a number is expected")]
    [InlineData("{\"cases\": [{\"gram\": [[1]], \"coefficients\": {\"mgda\": [1, 2]}}]}", "cases[0].coefficients.mgda has 2 numbers; 1 are expected")]
    [InlineData("{\"cases\": [{\"gram\": [[1]], \"coefficients\": {}, \"pcgrad_orders\": [[1]]}]}", "cases[0].pcgrad_orders does not hold 1 orders of 1 tasks")]
    public void Run_BrokenTable_SaysWhereAndWhat(string text, string expected)
    {
        File.WriteAllText(Table, text);
        InputException exception = Assert.Throws<InputException>(() => AggregationGoldens.Run(_folder.Path).ToArray());
        Problem problem = Assert.Single(exception.Problems);
        Assert.Equal(Table, problem.Where);
        Assert.StartsWith(expected, problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SeveralBrokenCases_NamesAll()
    {
        File.WriteAllText(Table, "{\"cases\": [{\"gram\": 1}, {\"gram\": [[1]], \"coefficients\": {}}, {\"gram\": [[\"x\"]]}]}");
        InputException exception = Assert.Throws<InputException>(() => AggregationGoldens.Run(_folder.Path).ToArray());
        Assert.Equal(["cases[0].gram is not a list.", "cases[2].gram[0] holds \"x\" where a number is expected."], exception.Problems.Select(problem => problem.What));
    }

    [Fact]
    public void AreIn_Folders_IsToldByTheTable()
    {
        Assert.True(AggregationGoldens.AreIn(Asset));
        Assert.False(AggregationGoldens.AreIn(_folder.Path));
        Assert.Throws<InputException>(() => AggregationGoldens.Run(_folder.Path).ToArray());
    }

    private static JsonNode Read() => JsonNode.Parse(File.ReadAllText(Path.Combine(Asset, "aggregation.json")))!;

    private void Write(JsonNode root) => File.WriteAllText(Table, root.ToJsonString());
}
