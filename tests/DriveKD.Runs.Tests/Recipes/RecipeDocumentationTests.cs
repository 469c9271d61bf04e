using System.Reflection;
using System.Text;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Recipes.Reading;
using DriveKD.Runs.Recipes.Schema;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

/// <summary>docs/RECIPES.md says what the record types say.</summary>
public sealed class RecipeDocumentationTests
{
    /// <summary>Set to 1 to write the tables anew after a change of the record types.</summary>
    private const string UpdateVariable = "DRIVEKD_UPDATE_DOCS";

    [Fact]
    public void RecipesPage_TableOfDistill_IsThatOfTheRecordTypes() => AssertTable<DistillRecipe>();

    [Fact]
    public void RecipesPage_TableOfFinetune_IsThatOfTheRecordTypes() => AssertTable<FinetuneRecipe>();

    [Fact]
    public void RecipesPage_TableOfEvaluate_IsThatOfTheRecordTypes() => AssertTable<EvaluateRecipe>();

    [Fact]
    public void RecipesPage_TableOfTower_IsThatOfTheRecordTypes() => AssertTable<TowerRecipe>();

    [Fact]
    public void RecipesPage_TableOfCompare_IsThatOfTheRecordTypes() => AssertTable<CompareRecipe>();

    [Fact]
    public void RecipesPage_TableOfPreStudy_IsThatOfTheRecordTypes() => AssertTable<PreStudyRecipe>();

    private static void AssertTable<T>()
        where T : class
    {
        string page = Path.Combine(TestPaths.Repository, "docs", "RECIPES.md");
        string text = File.ReadAllText(page);
        string first = $"<!-- keys of {typeof(T).Name}: begin -->\n";
        int begin = text.IndexOf(first, StringComparison.Ordinal) + first.Length;
        int end = text.IndexOf($"<!-- keys of {typeof(T).Name}: end -->", StringComparison.Ordinal);
        Assert.InRange(end, begin, int.MaxValue);
        string expected = Table<T>();

        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(page, text[..begin] + expected + text[end..]);
            return;
        }

        Assert.Equal(expected, text[begin..end]);
    }

    [Fact]
    public void RecordTypes_EveryProperty_IsAKeyWithAMeaning()
    {
        List<Type> records =
        [
            typeof(DistillRecipe), typeof(FinetuneRecipe), typeof(EvaluateRecipe), typeof(CompareRecipe), typeof(PreStudyRecipe), typeof(TowerRecipe), typeof(TowerDataSettings),
            typeof(TowerTrainSettings),
            .. KeyNames.All(RecipeSchema<DistillRecipe>.Keys).Concat(KeyNames.All(RecipeSchema<EvaluateRecipe>.Keys)).Concat(KeyNames.All(RecipeSchema<CompareRecipe>.Keys))
                .Concat(KeyNames.All(RecipeSchema<PreStudyRecipe>.Keys))
                .Select(item => item.Key).Where(key => key.Parts.Count > 0).Select(key => key.ElementType ?? key.ValueType),
        ];

        Assert.Equal(56, records.Count);
        foreach (PropertyInfo property in records.SelectMany(record => record.GetProperties(BindingFlags.Public | BindingFlags.Instance)))
        {
            if (property.GetIndexParameters().Length == 0)
            {
                RecipeKeyAttribute? key = property.GetCustomAttribute<RecipeKeyAttribute>();
                Assert.True(key is not null, $"{property.DeclaringType?.Name}.{property.Name} is no key");
                Assert.Matches("^[A-Z].*[^.]$", key.Meaning);
            }
        }
    }

    /// <summary>
    /// A key's default is the one of its own section, wherever that section stands and whether or not it is written: writing one key
    /// of a section moves no other.
    /// </summary>
    [Fact]
    public void RecordTypes_DefaultSections_AreWhatTheirTypesSayOrWrittenWhole()
    {
        int sections = 0;
        foreach (RecipeKey key in KeyNames.All(RecipeSchema<DistillRecipe>.Keys).Concat(KeyNames.All(RecipeSchema<EvaluateRecipe>.Keys)).Concat(KeyNames.All(RecipeSchema<TowerRecipe>.Keys))
            .Concat(KeyNames.All(RecipeSchema<PreStudyRecipe>.Keys))
            .Select(item => item.Key).Where(key => key.Kind == KeyKind.Section))
        {
            object parent = Activator.CreateInstance(key.Property.DeclaringType!)!;
            object? written = key.Property.GetValue(parent);
            bool isWrittenWhole = key.Parts.All(part => part.IsRequired);
            Assert.True(written is null || isWrittenWhole || written.Equals(Activator.CreateInstance(key.ValueType)), $"{key.Name} has two defaults");
            sections++;
        }

        Assert.Equal(39, sections);
    }

    private static string Table<T>()
        where T : class
    {
        StringBuilder table = new("| key | value | default | meaning | in the paper |\n|---|---|---|---|---|\n");
        AppendRows(table, RecipeSchema<T>.Keys, Activator.CreateInstance<T>(), "", isDefault: false);
        return table.ToString();
    }

    private static void AppendRows(StringBuilder table, IReadOnlyList<RecipeKey> keys, object section, string path, bool isDefault)
    {
        foreach (RecipeKey key in keys)
        {
            string name = RecipeNames.Join(path, key.Name);
            object? value = key.Property.GetValue(section);
            if (key.Kind == KeyKind.Section)
            {
                AppendRows(table, key.Parts, value ?? Activator.CreateInstance(key.ValueType)!, name, isDefault: value is not null);
                continue;
            }

            string shown = key.IsRequired && !isDefault ? "required" : value is null ? "not set" : $"`{RecipeWriter.Format(key, value).Trim('"')}`";
            if (key.Kind == KeyKind.SectionList)
            {
                table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{name}` | a list of mappings with the keys below | required | {key.Meaning} | {key.Paper} |\n");
                AppendRows(table, key.Parts, Activator.CreateInstance(key.ElementType!)!, $"{name}[]", isDefault: false);
                continue;
            }

            table.Append('|').AppendJoin('|', new[] { $"`{name}`", key.Expected, shown, key.Meaning, key.Paper }.Select(cell => $" {cell} "))
                .Append("|\n");
        }
    }
}
