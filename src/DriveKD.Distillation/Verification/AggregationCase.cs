using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Verification;

/// <summary>One Gram matrix of <c>aggregation.json</c> and what is recorded for it.</summary>
internal sealed class AggregationCase
{
    /// <summary>The smallest eigenvalue of the cosines up to which golden/aggregation counts gradients as dependent.</summary>
    private const double SmallestRegular = 1e-6;

    private AggregationCase()
    {
    }

    /// <summary>Its place in the file: <c>cases[12]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of gradients it is made of; "cases" where the file does not say.</summary>
    public required string Kind { get; init; }

    /// <summary>The inner products.</summary>
    public required GramMatrix Gram { get; init; }

    /// <summary>The gradients are independent.</summary>
    public required bool IsRegular { get; init; }

    /// <summary>By method; null where the reference gave none.</summary>
    public required IReadOnlyDictionary<string, double[]?> Coefficients { get; init; }

    /// <summary>For each task the order in which PCGrad visits all; null where none is recorded.</summary>
    public required int[][]? Orders { get; init; }

    /// <summary>The names of the methods, in the order of the file.</summary>
    public IEnumerable<string> Methods => Coefficients.Keys;

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read, or anything in it is not of this form: all problems of the file.</exception>
    public static IReadOnlyList<AggregationCase> ReadAll(string path)
    {
        using JsonDocument document = Open(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("cases", out JsonElement cases)
            || cases.ValueKind != JsonValueKind.Array
            || cases.GetArrayLength() == 0)
        {
            throw new InputException(path, "holds no cases; an object with a list \"cases\" of \"gram\" and \"coefficients\" is expected.");
        }

        ProblemList problems = new();
        List<AggregationCase> read = [];
        int index = 0;
        foreach (JsonElement element in cases.EnumerateArray())
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"cases[{index++}]");
            try
            {
                read.Add(Read(name, element));
            }
            catch (FormatException exception)
            {
                problems.Add(path, $"{name}{exception.Message}");
            }
        }

        problems.ThrowIfAny();
        return read;
    }

    private static JsonDocument Open(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException exception)
        {
            throw new InputException(path, $"is not valid JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    private static AggregationCase Read(string name, JsonElement element)
    {
        GramMatrix gram = ReadGram(Member(element, "gram"));
        JsonElement coefficients = Member(element, "coefficients");
        if (coefficients.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException(".coefficients is not an object of methods.");
        }

        Dictionary<string, double[]?> recorded = [];
        foreach (JsonProperty method in coefficients.EnumerateObject())
        {
            string place = $".coefficients.{method.Name}";
            recorded[method.Name] = method.Value.ValueKind == JsonValueKind.Null ? null : Numbers(method.Value, place, gram.Size);
        }

        if (Optional(element, "failed") is { ValueKind: JsonValueKind.Object } failed)
        {
            foreach (JsonProperty method in failed.EnumerateObject())
            {
                recorded.TryAdd(method.Name, null);
            }
        }

        return new AggregationCase
        {
            Name = name,
            Kind = Optional(element, "kind") is { ValueKind: JsonValueKind.String } kind ? kind.GetString()! : "cases",
            Gram = gram,
            IsRegular = Optional(element, "regular") switch
            {
                { ValueKind: JsonValueKind.True } => true,
                { ValueKind: JsonValueKind.False } => false,
                _ => SymmetricEigen.Of(gram.Cosines()).Values.Min() > SmallestRegular,
            },
            Coefficients = recorded,
            Orders = Optional(element, "pcgrad_orders") is JsonElement orders ? ReadOrders(orders, gram.Size) : null,
        };
    }

    private static GramMatrix ReadGram(JsonElement element)
    {
        double[][] rows = [.. Items(element, ".gram").Select((row, index) => Numbers(row, $".gram[{index}]", element.GetArrayLength()))];
        if (rows.Length is 0 or > ActiveSets.MaximumTasks)
        {
            throw new FormatException($".gram has {rows.Length} rows; 1 to {ActiveSets.MaximumTasks} are expected.");
        }

        try
        {
            return GramMatrix.Build(rows.Length, (row, column) => rows[row][column]);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($".gram: {exception.Message}", exception);
        }
    }

    private static int[][] ReadOrders(JsonElement element, int tasks)
    {
        int[][] orders = [.. Items(element, ".pcgrad_orders").Select((row, index) =>
            Numbers(row, $".pcgrad_orders[{index}]", tasks).Select(number => (int)number).ToArray())];
        return orders.Length == tasks && orders.All(order => order.Order().SequenceEqual(Enumerable.Range(0, tasks)))
            ? orders
            : throw new FormatException($".pcgrad_orders does not hold {tasks} orders of {tasks} tasks.");
    }

    private static JsonElement Member(JsonElement element, string name) => Optional(element, name) ?? throw new FormatException($" has no \"{name}\".");

    private static JsonElement? Optional(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object ? throw new FormatException(" is not an object.")
        : element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value
        : null;

    private static IEnumerable<JsonElement> Items(JsonElement element, string place) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new FormatException($"{place} is not a list.");

    private static double[] Numbers(JsonElement element, string place, int count)
    {
        double[] numbers = [.. Items(element, place).Select(item =>
            item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double value) && double.IsFinite(value)
                ? value
                : throw new FormatException($"{place} holds {item.GetRawText()} where a number is expected."))];
        return numbers.Length == count ? numbers : throw new FormatException($"{place} has {numbers.Length} numbers; {count} are expected.");
    }
}
