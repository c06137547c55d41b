package redisstore_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testkit/servers"
)

// startCluster starts a Cluster of so many masters, each with so many replicas, and
// returns the masters and the ids of all nodes, the masters' first.
func startCluster(t *testing.T, masters, replicas int) (nodes []*redis.Client, ids []string) {
	t.Helper()
	ctx := t.Context()
	all := masters * (1 + replicas)
	for range all {
		p := servers.RedisCluster(t)
		node := newClient(t, p.Addr)
		nodes, ids = append(nodes, node), append(ids, node.Do(ctx, "CLUSTER", "MYID").Val().(string))
		if len(nodes) > 1 {
			host, port, _ := net.SplitHostPort(p.Addr)
			if err := nodes[0].Do(ctx, "CLUSTER", "MEET", host, port, p.ClusterPort).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	const slots = 16384
	for i := range masters {
		nodes[i].Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
		if err := nodes[i].Do(ctx, "CLUSTER", "ADDSLOTSRANGE", i*slots/masters, (i+1)*slots/masters-1).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for i, node := range nodes[masters:] {
		until(t, "cluster", func() bool { return node.Do(ctx, "CLUSTER", "REPLICATE", ids[i%masters]).Err() == nil })
	}
	known := fmt.Sprintf("cluster_known_nodes:%d", all)
	for i, node := range nodes {
		until(t, "cluster", func() bool {
			info := node.ClusterInfo(ctx).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, known) &&
				(i >= masters || replicas == 0 || strings.Contains(node.Info(ctx, "replication").Val(), "state=online"))
		})
	}
	return nodes[:masters], ids
}
