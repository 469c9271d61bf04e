using DriveKD.Runs.Folders;

namespace DriveKD.World.Questions;

/// <summary>
/// Chooses questions so that little can be guessed: kinds come equally often, within a kind what its texts allow (<see cref="WorldQuestion.Group"/>), then the answers,
/// then the keys behind them. Each question is taken at most once; where an answer runs out the others of its group go on, until only one is left: its text would tell it.
/// </summary>
public static class QuestionBalancer
{
    // How many candidates are compared for the one whose wrong options were shown least.
    private const int Candidates = 12;

    /// <summary>Chooses.</summary>
    /// <param name="candidates">Questions of one capability, in an order that does not depend on threads.</param>
    /// <param name="count">How many.</param>
    /// <param name="random">What is drawn from.</param>
    /// <returns>As many as there are, at most <paramref name="count"/>, in a random order.</returns>
    public static IReadOnlyList<WorldQuestion> Choose(IEnumerable<WorldQuestion> candidates, int count, RandomStream random)
    {
        Kind[] kinds =
        [
            .. candidates.GroupBy(question => question.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new Kind(Node.Grow(kind, 0))),
        ];
        Array.ForEach(kinds, kind => kind.Root.DropTellingGroups());
        kinds = [.. kinds.Where(kind => kind.Root.Count > 0)];
        List<WorldQuestion> chosen = [];
        for (int round = 0; chosen.Count < count && kinds.Length > 0; round++)
        {
            Kind kind = kinds[round % kinds.Length];
            chosen.Add(kind.Take(random));
            if (kind.Root.Count == 0)
            {
                kinds = [.. kinds.Where(other => other != kind)];
                round = -1;
            }
        }

        WorldQuestion[] result = [.. chosen];
        random.Shuffle<WorldQuestion>(result);
        return result;
    }

    /// <summary>A kind, and how often its options were shown as wrong ones.</summary>
    private sealed class Kind(Node root)
    {
        private readonly Dictionary<string, int> _wrong = new(StringComparer.Ordinal);

        public Node Root => root;

        public WorldQuestion Take(RandomStream random)
        {
            Node leaf = root.Descend(random);
            int best = 0;
            int fewest = int.MaxValue;
            for (int i = 0; i < Math.Min(Candidates, leaf.Questions.Count); i++)
            {
                int index = random.NextInt(leaf.Questions.Count);
                int shown = Wrong(leaf.Questions[index]).Sum(option => _wrong.GetValueOrDefault(option));
                (best, fewest) = shown < fewest ? (index, shown) : (best, fewest);
            }

            WorldQuestion question = leaf.Questions[best];
            leaf.Questions[best] = leaf.Questions[^1];
            leaf.Questions.RemoveAt(leaf.Questions.Count - 1);
            leaf.Shrink();
            root.DropTellingGroups();
            foreach (string option in Wrong(question))
            {
                _wrong[option] = _wrong.GetValueOrDefault(option) + 1;
            }

            return question;
        }

        private static IEnumerable<string> Wrong(WorldQuestion question) => question.Options.Where((_, i) => i != question.RightOption);
    }

    /// <summary>A class of questions: by group, below by right answer, below by key.</summary>
    private sealed class Node
    {
        private readonly List<Node> _children = [];
        private Node? _parent;
        private string _name = "";

        public List<WorldQuestion> Questions { get; private init; } = [];

        public int Count { get; private set; }

        public static Node Grow(IEnumerable<WorldQuestion> questions, int depth)
        {
            WorldQuestion[] all = [.. questions];
            Node node = new() { Questions = depth == 3 ? [.. all] : [], Count = all.Length };
            if (depth < 3)
            {
                foreach (IGrouping<string, WorldQuestion> part in all.GroupBy(question => Key(question, depth), StringComparer.Ordinal).OrderBy(part => part.Key, StringComparer.Ordinal))
                {
                    Node child = Grow(part, depth + 1);
                    (child._parent, child._name) = (node, part.Key);
                    node._children.Add(child);
                }
            }

            return node;
        }

        public Node Descend(RandomStream random)
        {
            Node node = this;
            while (node._children.Count > 0)
            {
                node = node._children[random.NextInt(node._children.Count)];
            }

            return node;
        }

        public void Shrink()
        {
            for (Node? node = this; node is not null; node = node._parent)
            {
                node.Count--;
                if (node.Count == 0)
                {
                    node._parent?._children.Remove(node);
                }
            }
        }

        /// <summary>Groups with a name in which one answer is left: whoever reads the question would know it.</summary>
        public void DropTellingGroups()
        {
            foreach (Node group in _children.Where(child => child._name.Length > 0 && child._children.Count < 2).ToArray())
            {
                _children.Remove(group);
                Count -= group.Count;
            }
        }

        // Captions are all different: drawing them evenly by answer would be drawing them by scene.
        private static string Key(WorldQuestion question, int depth) => depth switch
        {
            0 => question.Group,
            1 when SceneQuestions.IsCaption(question) => "",
            1 => question.RightOption is int right ? question.Options[right] : question.Decisive,
            _ => question.BalanceKey,
        };
    }
}
