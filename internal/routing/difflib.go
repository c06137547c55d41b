package routing

// similarity returns how much of two texts is the same, from 0 to 1, as the
// ratio of Python's difflib: twice the length of their common pieces by the
// length of both. The pieces are the longest common one and, to its left and
// right, those found in the same way.
func similarity(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x)+len(y) == 0 {
		return 1
	}
	return 2 * float64(common(x, y)) / float64(len(x)+len(y))
}

func common(a, b []rune) int {
	i, j, n := longestCommon(a, b)
	if n == 0 {
		return 0
	}
	return common(a[:i], b[:j]) + n + common(a[i+n:], b[j+n:])
}

// longestCommon finds the longest piece that a and b share, the first one in a,
// then in b.
func longestCommon(a, b []rune) (bestA, bestB, length int) {
	previous, current := make([]int, len(b)+1), make([]int, len(b)+1)
	for i := range a {
		for j := range b {
			current[j+1] = 0
			if a[i] == b[j] {
				n := previous[j] + 1
				if current[j+1] = n; n > length {
					bestA, bestB, length = i+1-n, j+1-n, n
				}
			}
		}
		previous, current = current, previous
	}
	return bestA, bestB, length
}
