using System.Reflection;
using System.Runtime.CompilerServices;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>One key of a section: what its property and the attributes on it say.</summary>
internal sealed class RecipeKey
{
    private readonly RecipeKeyAttribute _attribute;

    private RecipeKey(PropertyInfo property, RecipeKeyAttribute attribute)
    {
        _attribute = attribute;
        Property = property;
        Name = RecipeNames.OfProperty(property.Name);
        ValueType = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IsRequired = property.IsDefined(typeof(RequiredMemberAttribute));
        AllowsNull = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        Parts = Of(ElementType ?? ValueType);
        Kind = KindOf(property, ValueType, Parts);
        Limits = property.GetCustomAttribute<NumberLimitsAttribute>() ?? new NumberLimitsAttribute();
        Form = property.GetCustomAttribute<TextFormAttribute>();
        Path = property.GetCustomAttribute<RecipePathAttribute>()?.Kind;
        AllowsSingle = property.IsDefined(typeof(OneOrManyAttribute));
    }

    /// <summary>The property that takes the value.</summary>
    public PropertyInfo Property { get; }

    /// <summary>The key's own name, without the sections that hold it.</summary>
    public string Name { get; }

    /// <summary>The property's type, without Nullable.</summary>
    public Type ValueType { get; }

    /// <summary>The type of the items of a list of mappings; null for other kinds.</summary>
    public Type? ElementType => ValueType.IsGenericType && ValueType.GetGenericTypeDefinition() == typeof(ValueList<>) && ValueType != typeof(ValueList<string>)
        ? ValueType.GetGenericArguments()[0]
        : null;

    /// <summary>How the value is written.</summary>
    public KeyKind Kind { get; }

    /// <summary>The keys of a section, a tuple or an item of a list of sections, in the order of declaration; empty for other kinds.</summary>
    public IReadOnlyList<RecipeKey> Parts { get; }

    /// <summary>Whether the key must be written where its section is.</summary>
    public bool IsRequired { get; }

    /// <summary>Whether the key may be null, which means not set.</summary>
    public bool AllowsNull { get; }

    /// <summary>The numbers allowed.</summary>
    public NumberLimitsAttribute Limits { get; }

    /// <summary>The form of a text, or null where any is allowed.</summary>
    public TextFormAttribute? Form { get; }

    /// <summary>What the text leads to, or null where it is no path.</summary>
    public RecipePathKind? Path { get; }

    /// <summary>Whether a single value may stand for a list of one.</summary>
    public bool AllowsSingle { get; }

    /// <summary>What the key decides.</summary>
    public string Meaning => _attribute.Meaning;

    /// <summary>The part of the paper it stands for, or nothing.</summary>
    public string Paper => _attribute.Paper;

    /// <summary>The keys of a record, in the order of declaration; those of what it extends come first.</summary>
    public static IReadOnlyList<RecipeKey> Of(Type record) =>
        [.. from property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            let attribute = property.GetCustomAttribute<RecipeKeyAttribute>()
            where attribute is not null
            orderby property.DeclaringType == record, property.MetadataToken
            select new RecipeKey(property, attribute)];

    /// <summary>The value expected, in words: "a whole number at least 1".</summary>
    public string Expected => Kind switch
    {
        KeyKind.Section => $"a mapping with the keys {string.Join(", ", Parts.Select(key => key.Name))}",
        KeyKind.Tuple => $"a list [{string.Join(", ", Parts.Select(key => key.Name))}]: first "
            + string.Join(", then ", Parts.Select(key => key.Expected)),
        KeyKind.TextList => AllowsSingle ? $"{ExpectedText}, or a list of them" : $"a list, each item {ExpectedText}",
        KeyKind.SectionList => $"a list of mappings with the keys {string.Join(", ", Parts.Select(key => key.Name))}",
        KeyKind.Text => ExpectedText,
        KeyKind.Integer => $"a whole number {Limits}".TrimEnd(),
        KeyKind.Number => $"a number {Limits}".TrimEnd(),
        KeyKind.Boolean => "true or false",
        KeyKind.Choice => $"one of {string.Join(", ", Choices)}",
        _ => throw new InvalidOperationException($"No words for {Kind}."),
    };

    /// <summary>The names a choice key may hold.</summary>
    public IEnumerable<string> Choices => Enum.GetValues(ValueType).Cast<Enum>().Select(RecipeNames.OfEnum);

    private string ExpectedText => Form?.Expected ?? Path switch
    {
        RecipePathKind.InputFile => "the path of a file",
        RecipePathKind.InputFolder => "the path of a folder",
        RecipePathKind.OutputFolder => "the path of a new folder",
        RecipePathKind.OutputFile => "the path of a file to write",
        RecipePathKind.Model => "FOLDER or openai:MODEL",
        RecipePathKind.NamedModel => "NAME=FOLDER or NAME=openai:MODEL",
        _ => "a text",
    };

    /// <summary>A list of items as the property holds it; for a list of mappings.</summary>
    /// <param name="items">Each of <see cref="ElementType"/>.</param>
    public object ListOf(IReadOnlyList<object> items) =>
        typeof(RecipeKey).GetMethod(nameof(TypedList), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(ElementType!).Invoke(null, [items])!;

    private static ValueList<T> TypedList<T>(IReadOnlyList<object> items) => new(items.Cast<T>().ToArray());

    private static KeyKind KindOf(PropertyInfo property, Type type, IReadOnlyList<RecipeKey> parts) => type switch
    {
        _ when type == typeof(string) => KeyKind.Text,
        _ when type == typeof(int) || type == typeof(long) => KeyKind.Integer,
        _ when type == typeof(double) => KeyKind.Number,
        _ when type == typeof(bool) => KeyKind.Boolean,
        _ when type == typeof(ValueList<string>) => KeyKind.TextList,
        _ when type.IsEnum => KeyKind.Choice,
        _ when parts.Count > 0 && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>) => KeyKind.SectionList,
        _ when type.IsDefined(typeof(WrittenAsListAttribute)) => KeyKind.Tuple,
        _ when parts.Count > 0 => KeyKind.Section,
        _ => throw new InvalidOperationException($"{property.DeclaringType?.Name}.{property.Name}: a recipe cannot hold a {type.Name}."),
    };
}
